import Vocabulary

/// Follows a reference to the image of one platform: index, manifest, config.
struct ImageReader: Sendable {
  let client: DistributionClient
  let platform: ImagePlatform

  /// An index may list indexes; real ones do not go deeper than two.
  static let indexDepthMax = 3
  private static let cacheBytesMax = 16 * 1_024 * 1_024

  private let manifests = ContentCache<StoredManifest>(bytesMax: Self.cacheBytesMax)
  private let images = ContentCache<PlatformImage>(bytesMax: Self.cacheBytesMax)

  init(client: DistributionClient, platform: ImagePlatform) {
    self.client = client
    self.platform = platform
  }

  /// The manifest that lies at `reference` now.
  func manifest(_ reference: ImageReference) async -> Reading<StoredManifest> {
    let reading = await client.manifest(reference)
    if case .found(let manifest) = reading {
      manifests.keep(
        manifest, bytes: manifest.bytes.count, of: manifest.digest, in: reference.location)
    }
    return reading
  }

  /// The manifest with this content, which may have been read before.
  func manifest(_ digest: Digest, in location: ImageLocation) async -> Reading<StoredManifest> {
    if let known = manifests.value(of: digest, in: location) { return .found(known) }
    return await manifest(location.at(digest))
  }

  /// The image of this platform that `root` is, or leads to.
  func image(_ root: StoredManifest, in location: ImageLocation) async throws(Unknown)
    -> PlatformImage
  {
    if let known = images.value(of: root.digest, in: location) { return known }
    var manifest = root
    for _ in 0..<Self.indexDepthMax {
      switch try manifest.content(of: location) {
      case .index(let entries):
        let entry = try platform.choice(among: entries, of: location.at(manifest.digest))
        manifest = try await child(entry, in: location)
      case .image(let config, let layers):
        let image = PlatformImage(
          digest: manifest.digest, config: try await self.config(config, in: location),
          layers: layers)
        let bytes = manifest.bytes.count + Int(config.size)
        images.keep(image, bytes: bytes, of: root.digest, in: location)
        return image
      }
    }
    throw Unknown(
      .unanswerable,
      "\(location.at(root.digest)): expected an image within \(Self.indexDepthMax) levels of index")
  }

  /// What an index lists, in its order.
  func children(
    _ entries: [Descriptor], in location: ImageLocation
  ) async throws(Unknown) -> [StoredManifest] {
    let read = await withTaskGroup(of: (Int, Result<StoredManifest, Unknown>).self) { group in
      for (index, entry) in entries.enumerated() {
        group.addTask {
          do throws(Unknown) {
            return (index, .success(try await child(entry, in: location)))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      var read: [(Int, Result<StoredManifest, Unknown>)] = []
      for await one in group { read.append(one) }
      return read.sorted { $0.0 < $1.0 }.map(\.1)
    }
    var children: [StoredManifest] = []
    for result in read { children.append(try result.get()) }
    return children
  }

  private func child(
    _ entry: Descriptor, in location: ImageLocation
  ) async throws(Unknown) -> StoredManifest {
    let place = location.at(entry.digest)
    let child = try Self.present(await manifest(entry.digest, in: location), "manifest", at: place)
    guard child.bytes.count == entry.size else {
      throw Unknown(
        .malformed, "\(place): expected \(entry.size) bytes, found \(child.bytes.count)")
    }
    guard child.type.rawValue == essence(entry.mediaType) else {
      throw Unknown(
        .malformed,
        "\(place): expected the type '\(essence(entry.mediaType))', found '\(child.type.rawValue)'")
    }
    return child
  }

  private func config(
    _ descriptor: Descriptor, in location: ImageLocation
  ) async throws(Unknown) -> ImageConfig {
    let place = location.at(descriptor.digest)
    guard ConfigType(rawValue: descriptor.mediaType) != nil else {
      throw Unknown(
        .unanswerable, "\(place): expected an image's config, found '\(descriptor.mediaType)'")
    }
    guard (0...Int64(ImageConfig.bytesMax)).contains(descriptor.size) else {
      throw Unknown(
        .tooLarge,
        "\(place): expected a config of at most \(ImageConfig.bytesMax) bytes, found \(descriptor.size)"
      )
    }
    let bytes = try Self.present(await client.blob(descriptor, in: location), "config", at: place)
    guard let config = decoded(ImageConfig.self, from: bytes) else {
      throw Unknown(.malformed, "\(place): expected an image's config, found no readable JSON")
    }
    return config
  }

  /// What a manifest names must be there; where it is not, the image is broken, which is not the
  /// same as its absence.
  private static func present<Value>(
    _ reading: Reading<Value>, _ noun: String, at place: ImageReference
  ) throws(Unknown) -> Value {
    switch reading {
    case .found(let value): return value
    case .unknown(let unknown): throw unknown
    case .absent:
      throw Unknown(.unanswerable, "\(place): the image names this \(noun), and it is not there")
    }
  }
}
