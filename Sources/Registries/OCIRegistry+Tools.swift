import Transport
public import Vocabulary

// What the registry verbs of the command line ask for, beside what a release needs.

/// What a reference leads to.
public struct ImageDescription: Sendable {
  /// One platform's image.
  public struct Platform: Sendable {
    /// `linux/amd64`; nil when the manifest does not say.
    public let name: String?
    public let digest: Digest
    public let labels: [String: String]
  }

  public let digest: Digest
  public let mediaType: String
  /// Of the manifest, in bytes.
  public let size: Int
  /// Of the index itself. A hint for people: what decides is the label of the config.
  public let annotations: [String: String]
  public let platforms: [Platform]
  /// How many entries of the index are attestations or other things that are no image.
  public let othersCount: Int
}

/// What became of a copy that a person ordered.
public struct CopySummary: Sendable {
  public let digest: Digest
  /// What the image consists of, whether the target had some of it already or not; none when it had not to be
  /// copied.
  public let manifestsCount: Int
  public let blobsCount: Int
  /// False when the destination showed it already. Of a dry copy: whether it would change.
  public let hasChanged: Bool
}

/// What may be done in a repository.
public struct AccessReport: Sendable {
  /// What is known of the right to do something.
  public enum Right: Sendable {
    case allowed
    case refused(Unknown)
    /// Whatever came back was neither yes nor no.
    case unknown(Unknown)

    /// - Parameter obstacle: what stood in the way; nil when nothing did.
    init(_ obstacle: Unknown?) {
      guard let obstacle else {
        self = .allowed
        return
      }
      switch obstacle.cause {
      case .unauthorized, .forbidden: self = .refused(obstacle)
      case .unreachable, .timedOut, .rateLimited, .serverError, .malformed, .tooLarge,
        .unanswerable, .disallowed, .incomplete:
        self = .unknown(obstacle)
      }
    }

    /// Whether it is there; nil when that is not known.
    public var isAllowed: Bool? {
      switch self {
      case .allowed: true
      case .refused: false
      case .unknown: nil
      }
    }

    public var why: Unknown? {
      switch self {
      case .allowed: nil
      case .refused(let unknown), .unknown(let unknown): unknown
      }
    }
  }

  /// Nil when nobody in particular.
  public let identity: String?
  public let pull: Right
  /// Nil when it was not tried.
  public let push: Right?
  /// Nil when that is not known.
  public let exists: Bool?
}

extension OCIRegistry {
  /// What a tag or digest stands for, without its content where the registry says it so.
  public func digest(of reference: ImageReference) async -> Reading<Digest> {
    switch await client.namedDigest(reference) {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(.some(let digest)): return .found(digest)
    case .found(.none): return await reader.manifest(reference).map(\.digest)
    }
  }

  /// All that an image or index says of itself, of every platform or of `platform` alone.
  public func describe(
    _ reference: ImageReference, platform: ImagePlatform?
  ) async -> Reading<ImageDescription> {
    switch await reader.manifest(reference) {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(let manifest):
      do throws(Unknown) {
        return .found(try await describe(manifest, in: reference.location, platform: platform))
      } catch {
        return .unknown(error)
      }
    }
  }

  private func describe(
    _ manifest: StoredManifest, in location: ImageLocation, platform: ImagePlatform?
  ) async throws(Unknown) -> ImageDescription {
    var images: [NamedImage] = []
    var others = 0
    switch (try manifest.content(of: location), platform) {
    case (.index(let entries), let platform?):
      others = entries.count { !$0.isImage }
      let entry = try platform.choice(among: entries, of: location.at(manifest.digest))
      for child in try await reader.children([entry], in: location) {
        let image = try await reader.image(child, in: location)
        images.append(NamedImage(platform: entry.platform?.name, image: image))
      }
    case (.index(let entries), nil):
      others = entries.count { !$0.isImage }
      images = try await reader.images(manifest, in: location)
    case (.image, _):
      images = try await reader.images(manifest, in: location)
      for one in images { try platform?.admit(one.image, at: location.at(manifest.digest)) }
    }
    return ImageDescription(
      digest: manifest.digest, mediaType: manifest.type.rawValue, size: manifest.bytes.count,
      annotations: manifest.annotations,
      platforms: images.map {
        .init(name: $0.platform, digest: $0.image.digest, labels: $0.image.labels)
      }, othersCount: others)
  }

  /// Copies what lies at `source`, with everything it lists, to `target`; absent when there is nothing. A tag
  /// is set last, when all it needs is there. Repeating it sends nothing.
  /// - Parameters:
  ///   - looksFirst: whether the target may be there already; a look that finds nothing is one request for
  ///     nothing.
  ///   - isDry: whether everything is read and nothing is sent.
  public func copy(
    _ source: ImageReference, to target: ImageReference, looksFirst: Bool = true,
    isDry: Bool = false
  ) async -> Reading<CopySummary> {
    do throws(Unknown) {
      guard let root = try await reader.manifest(source).required() else { return .absent }
      // Its content and not only its digest: what it names need not be sent.
      let shown = looksFirst ? try await reader.manifest(target).required() : nil
      guard shown?.digest != root.digest else {
        return .found(
          CopySummary(digest: root.digest, manifestsCount: 0, blobsCount: 0, hasChanged: false))
      }
      let tree =
        isDry
        ? try await ImageTree.read(root, in: source.location, by: reader)
        : try await copy(root, from: source.location, to: target, nearby: shown)
      return .found(
        CopySummary(
          digest: root.digest, manifestsCount: tree.manifests.count, blobsCount: tree.blobs.count,
          hasChanged: true))
    } catch {
      return .unknown(error)
    }
  }

  /// - Parameter nearby: what the target shows now; what that names is there already.
  @discardableResult
  func copy(
    _ root: StoredManifest, from source: ImageLocation, to target: ImageReference,
    nearby: StoredManifest?
  ) async throws(Unknown) -> ImageTree {
    let tree = try await ImageTree.read(root, in: source, by: reader)
    try await copier.copy(tree, from: source, to: target.location, nearby: nearby) {
      root async throws(Unknown) in try await send(root, to: target)
    }
    return tree
  }

  private func send(
    _ root: StoredManifest, to target: ImageReference
  ) async throws(Unknown) -> ImageCopier.Reception {
    switch target.selector {
    case .digest(let digest):
      guard digest == root.digest else {
        throw Unknown(.unanswerable, "\(target): the source is \(root.digest.short)")
      }
      return try await copier.put(root, to: target.location)
    case .tag(let tag):
      let write = TagWrite(location: target.location, tag: tag, digest: root.digest)
      switch await put(root, write) {
      case .written: return .taken
      case .refused(let unknown) where unknown.cause == .incomplete: return .incomplete(unknown)
      case .refused(let unknown), .ambiguous(let unknown): throw unknown
      }
    }
  }

  /// Tries what may be done in a repository, and leaves nothing behind: an upload that is begun to find out
  /// whether one may push is cancelled.
  public func access(
    to location: ImageLocation, pushing: Bool
  ) async -> Result<AccessReport, Unknown> {
    do throws(Unknown) {
      let identity = try await identity(for: location)
      let tags = client.request(
        .get, "/v2/\(location.repository)/tags/list?n=1", on: location.registry)
      let limits = DistributionClient.limits(bodyBytesMax: 1 << 20)
      let (result, request) = await client.fetch(tags, .pull(location), limits: limits)
      let listed = client.read(result, request, location.registry) { _ throws(Unknown) in true }
      let exists: Bool?
      let pull: AccessReport.Right
      switch listed {
      case .found: (exists, pull) = (true, .allowed)
      case .absent: (exists, pull) = (false, .allowed)
      case .unknown(let unknown): (exists, pull) = (nil, AccessReport.Right(unknown))
      }
      return .success(
        AccessReport(
          identity: identity, pull: pull, push: pushing ? await pushRight(to: location) : nil,
          exists: exists))
    } catch {
      return .failure(error)
    }
  }

  private func pushRight(to location: ImageLocation) async -> AccessReport.Right {
    do throws(Unknown) {
      try await client.tryUpload(to: location)
      return .allowed
    } catch {
      return AccessReport.Right(error)
    }
  }
}

extension Reading {
  /// The value, nil when it is proven absent.
  func required() throws(Unknown) -> Value? {
    switch self {
    case .found(let value): return value
    case .absent: return nil
    case .unknown(let unknown): throw unknown
    }
  }
}
