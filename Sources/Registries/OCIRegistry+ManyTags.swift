import Transport
public import Vocabulary

extension OCIRegistry {
  /// Sets several tags of one repository in one request (distribution-spec, "Pushing Manifests", `?tag=`).
  ///
  /// A registry that does not know that stores the manifest, says yes, and sets none: only the tags that it
  /// names in `OCI-Tag` are set.
  /// - Returns: what became of each tag that is, or may be, set; the others are still to be set one by one.
  public func pointAtOnce(
    _ tags: [TagName], at digest: Digest, in location: ImageLocation
  ) async -> [(tag: TagName, result: TagWriteResult)] {
    guard let manifest = await reader.manifest(digest, in: location).value else { return [] }
    switch await client.put(manifest, at: location.at(digest), tags: tags) {
    case .failure(let failure):
      guard failure.delivery != .neverSent else { return [] }
      return tags.map { ($0, .ambiguous(failure.unknown)) }
    case .success(let answer) where answer.status == 201:
      // Some answer with a field for each tag, some with one for all.
      let named = answer.values(of: "oci-tag").joined(separator: ",").split(separator: ",")
        .map { String($0.drop { $0 == " " }) }
      return tags.filter { named.contains($0.text) }.map { ($0, .written) }
    case .success(let answer) where answer.leavesWriteOpen:
      let unknown = client.unknown(answer, toWriting: location.at(digest))
      return tags.map { ($0, .ambiguous(unknown)) }
    case .success:
      return []
    }
  }
}
