import Transport
public import Vocabulary

/// What was brought of the things that refer to an image: signatures, attestations, bills of materials.
public struct ReferrerSummary: Sendable {
  /// Tags and digests that lie in the destination now.
  public let brought: [String]
  /// Why others do not.
  public let complaints: [String]
}

extension OCIRegistry {
  /// Copies what refers to an image, as far as both registries let it.
  ///
  /// Referrers are listed by the registry (distribution-spec, "Listing Referrers"), or under the tag that
  /// stands in for that list; cosign has tags of its own. They are separate objects, so an image is whole
  /// without them, and what goes wrong with them is told and nothing more.
  public func copyReferrers(
    of digest: Digest, from source: ImageLocation, to target: ImageLocation
  ) async -> ReferrerSummary {
    var brought: [String] = []
    var complaints: [String] = []
    for entry in await referrers(of: digest, in: source, &complaints) {
      let copy = ImageCopy(digest: entry, from: source, to: target, nearby: nil)
      switch await self.copy(copy) {
      case .copied: brought.append("\(target.at(entry))")
      case .failed(let unknown): complaints.append("\(source.at(entry)): \(unknown)")
      }
    }
    for tag in Self.tagsBeside(digest) {
      switch await copy(source.at(tag), to: target.at(tag)) {
      case .success: brought.append("\(target.at(tag))")
      case .failure(let unknown) where unknown.cause == .unanswerable: continue
      case .failure(let unknown): complaints.append("\(source.at(tag)): \(unknown)")
      }
    }
    return ReferrerSummary(brought: brought, complaints: complaints)
  }

  /// `sha256-<hex>` stands in for a list of referrers; cosign adds an ending for each kind of thing.
  private static func tagsBeside(_ digest: Digest) -> [TagName] {
    ["", ".sig", ".att", ".sbom"].compactMap { ending in
      try? TagName(parsing: "\(digest.algorithm.rawValue)-\(digest.hex)\(ending)")
    }
  }

  private func referrers(
    of digest: Digest, in location: ImageLocation, _ complaints: inout [String]
  ) async -> [Digest] {
    let request = client.request(
      .get, "/v2/\(location.repository)/referrers/\(digest)", on: location.registry)
    let limits = DistributionClient.limits(bodyBytesMax: StoredManifest.bytesMax)
    let result = await client.exchange(request, .pull(location), limits: limits)
    let reading = client.read(result, request, location.registry) { answer throws(Unknown) in
      guard let entries = decoded(ManifestDocument.self, from: answer.body)?.manifests else {
        throw Unknown(.malformed, "\(request): expected a list of referrers, found something else")
      }
      return entries.map(\.digest)
    }
    switch reading {
    case .found(let digests): return digests
    // A registry that does not know the question answers 404, and not in a registry's words.
    case .absent: return []
    case .unknown(let unknown):
      complaints.append(unknown.description)
      return []
    }
  }
}
