import Transport
public import Vocabulary

/// How many things may refer to one image; more are not brought.
private let referrersMax = 100

extension OCIRegistry {
  /// Referrers are listed by the registry (distribution-spec, "Listing Referrers"), or under the tag that
  /// stands in for that list; cosign has tags of its own. They are separate objects, so an image is whole
  /// without them, and what goes wrong with them is told and nothing more.
  public func bringReferrers(_ order: ReferrerCopy) async -> BroughtReferrers {
    var work = ReferrerWork(order: order)
    do throws(Unknown) {
      await bring(try await listed(of: order.digest, in: order.from), &work)
    } catch {
      work.complaints.append(error.description)
    }
    for tag in CosignTag.allCases { await bring(tag.name(of: order.digest), &work) }
    return BroughtReferrers(brought: work.brought, complaints: work.complaints)
  }

  private func listed(
    of digest: Digest, in location: ImageLocation
  ) async throws(Unknown) -> [Descriptor] {
    // A registry that does not know the question answers 404, and not in a registry's words.
    if let entries = try await list(of: digest, in: location).required() { return entries }
    let tag = location.at(digest.besideIt(""))
    guard let manifest = try await reader.manifest(tag).required() else { return [] }
    return try manifest.entries(in: location)
  }

  private func list(of digest: Digest, in location: ImageLocation) async -> Reading<[Descriptor]> {
    let request = client.request(
      .get, "/v2/\(location.repository)/referrers/\(digest)", on: location.registry)
    let limits = DistributionClient.limits(bodyBytesMax: StoredManifest.bytesMax)
    let result = await client.exchange(request, .pull(location), limits: limits)
    return client.read(result, request, location.registry) { answer throws(Unknown) in
      guard let entries = decoded(ManifestDocument.self, from: answer.body)?.manifests else {
        throw Unknown(.malformed, "\(request): expected a list of referrers, found something else")
      }
      return entries
    }
  }

  /// Brings what a registry lists, and has it listed where it is brought.
  private func bring(_ entries: [Descriptor], _ work: inout ReferrerWork) async {
    if entries.count > referrersMax {
      work.complaints.append("\(entries.count - referrersMax) more than \(referrersMax) referrers")
    }
    var brought: [Descriptor] = []
    for entry in entries.prefix(referrersMax) {
      let copy = ImageCopy(
        digest: entry.digest, from: work.order.from, to: work.order.to, nearby: nil)
      switch await self.copy(copy) {
      case .copied:
        brought.append(entry)
        work.brought.append(work.order.to.at(entry.digest).text)
      case .failed(let unknown):
        work.complaints.append("\(work.order.from.at(entry.digest)): \(unknown)")
      }
    }
    guard !brought.isEmpty else { return }
    await enlist(brought, &work)
  }

  /// A registry that lists no referrers itself is given a tag that does (distribution-spec, "Pushing
  /// Manifests with Subject"): what is listed under it already stays.
  private func enlist(_ entries: [Descriptor], _ work: inout ReferrerWork) async {
    guard case .absent = await list(of: work.order.digest, in: work.order.to) else { return }
    let tag = work.order.digest.besideIt("")
    let target = work.order.to.at(tag)
    do throws(Unknown) {
      let shown = try await reader.manifest(target).required()
      let listed = try shown?.entries(in: work.order.to) ?? []
      let new = entries.filter { entry in !listed.contains { $0.digest == entry.digest } }
      guard !new.isEmpty else { return }
      let index = StoredManifest(listing: listed + new)
      try await copier.put(index, to: work.order.to)
      let write = TagWrite(
        location: work.order.to, tag: tag, digest: index.digest,
        before: TagWrite.Before(shown?.digest))
      switch await point(write) {
      case .written: work.brought.append(target.text)
      case .refused(let unknown), .ambiguous(let unknown): throw unknown
      }
    } catch {
      work.complaints.append("\(target): \(error)")
    }
  }

  /// Brings what lies under a tag, unless another thing lies there already.
  private func bring(_ tag: TagName, _ work: inout ReferrerWork) async {
    let (source, target) = (work.order.from.at(tag), work.order.to.at(tag))
    do throws(Unknown) {
      guard let root = try await reader.manifest(source).required() else { return }
      switch try await digest(of: target).required() {
      case root.digest: return
      case .some(let other):
        work.complaints.append("\(target): shows \(other.short) already, which was left")
      case nil:
        try await copy(root, from: work.order.from, to: target, nearby: nil)
        work.brought.append(target.text)
      }
    } catch {
      work.complaints.append("\(source): \(error)")
    }
  }
}

/// What is to be brought, and what has come of it so far.
private struct ReferrerWork {
  let order: ReferrerCopy
  var brought: [String] = []
  var complaints: [String] = []
}

/// cosign adds an ending for each kind of thing (sigstore/cosign, "Tag-based discovery").
private enum CosignTag: String, CaseIterable {
  case signature = ".sig"
  case attestation = ".att"
  case materials = ".sbom"

  func name(of digest: Digest) -> TagName { digest.besideIt(rawValue) }
}

extension Digest {
  /// `sha256-<hex>`, which stands in for a list of referrers, with an ending. Algorithm and digits are
  /// letters of a tag, cut so that every tag has room for them.
  fileprivate func besideIt(_ ending: String) -> TagName {
    TagName(normalized: "\(algorithm.rawValue)-\(hex.prefix(64))\(ending)")
  }
}

extension StoredManifest {
  fileprivate func entries(in location: ImageLocation) throws(Unknown) -> [Descriptor] {
    switch try content(of: location) {
    case .index(let entries): return entries
    case .image:
      throw Unknown(
        .malformed, "\(location.at(digest)): expected a list of referrers, found an image")
    }
  }

  /// An index of our own that lists `entries`.
  fileprivate init(listing entries: [Descriptor]) {
    let list = ReferrerList(manifests: entries)
    let bytes = encoded(list)
    self.init(digest: Digest(of: bytes, .sha256), type: .ociIndex, bytes: bytes)
  }
}

private struct ReferrerList: Encodable {
  let schemaVersion = 2
  let mediaType = ManifestType.ociIndex.rawValue
  let manifests: [Descriptor]
}
