import Transport
public import Vocabulary

extension OCIRegistry {
  /// Sets several tags of one repository in one request (distribution-spec, "Pushing Manifests", `?tag=`).
  ///
  /// A registry that does not know that stores the manifest, says yes, and sets none: only the tags that it
  /// names in `OCI-Tag` are set.
  /// - Returns: those that are; the others are still to be set one by one.
  public func pointAtOnce(
    _ tags: [TagName], at digest: Digest, in location: ImageLocation
  ) async -> [TagName] {
    guard let manifest = await reader.manifest(digest, in: location).value,
      case .success(let answer) = await client.put(
        manifest, at: location.at(digest), tags: tags), answer.status == 201
    else { return [] }
    // Some answer with a field for each tag, some with one for all.
    let named = answer.values(of: "oci-tag").joined(separator: ",").split(separator: ",")
      .map { String($0.drop { $0 == " " }) }
    return tags.filter { named.contains($0.text) }
  }
}
