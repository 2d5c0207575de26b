import Transport
public import Vocabulary

extension OCIRegistry {
  /// Sets several tags of one repository with as few requests as have room for them (distribution-spec,
  /// "Pushing Manifests", `?tag=`).
  ///
  /// A registry that does not know that stores the manifest, says yes, and sets none: only the tags that it
  /// names in `OCI-Tag` are set. One that has set none of the first is not asked for the rest.
  /// - Returns: what became of each tag that is, or may be, set; the others are still to be set one by one.
  public func pointAtOnce(
    _ tags: [TagName], at digest: Digest, in location: ImageLocation
  ) async -> [(tag: TagName, result: TagWriteResult)] {
    guard let manifest = await reader.manifest(digest, in: location).value else { return [] }
    var results: [(tag: TagName, result: TagWriteResult)] = []
    var left = tags[...]
    while !left.isEmpty {
      let chunk = Array(DistributionClient.fitting(left))
      left = left.dropFirst(chunk.count)
      let sent = await pointAtOnce(chunk, manifest, location.at(digest))
      guard !sent.isEmpty else { break }
      results += sent
    }
    return results
  }

  private func pointAtOnce(
    _ tags: [TagName], _ manifest: StoredManifest, _ reference: ImageReference
  ) async -> [(tag: TagName, result: TagWriteResult)] {
    switch await client.put(manifest, at: reference, tags: tags) {
    case .failure(let failure):
      guard failure.delivery != .neverSent else { return [] }
      return tags.map { ($0, .ambiguous(failure.unknown)) }
    case .success(let answer) where answer.status == 201:
      // Some answer with a field for each tag, some with one for all.
      let named = answer.values(of: "oci-tag").joined(separator: ",").split(separator: ",")
        .map { String($0.drop { $0 == " " }) }
      return tags.filter { named.contains($0.text) }.map { ($0, .written) }
    case .success(let answer) where answer.leavesWriteOpen:
      let unknown = client.unknown(answer, toWriting: reference)
      return tags.map { ($0, .ambiguous(unknown)) }
    case .success:
      return []
    }
  }
}
