import Transport
public import Vocabulary

extension FaultyServer.Received {
  /// What a faultless registry would answer that holds `manifest`, and all it needs, under `tag`:
  /// the starting point of a script that puts one fault into an otherwise right conversation.
  public func answered(
    byRegistryHolding manifest: BuiltManifest, in repository: RepositoryName, at tag: TagName
  ) -> FaultyServer.Reply {
    let root = "/v2/\(repository)"
    if method == "PUT" {
      let stored = digest(of: body)
      return .answer(201, headers: [HTTPHeader("Docker-Content-Digest", stored.text)])
    }
    for member in manifest.members {
      let names = [member.digest.text] + (member.digest == manifest.digest ? [tag.text] : [])
      if names.contains(where: { target == "\(root)/manifests/\($0)" }) {
        return .answer(
          200,
          headers: [
            HTTPHeader("Content-Type", member.mediaType),
            HTTPHeader("Docker-Content-Digest", member.digest.text),
          ], body: member.bytes)
      }
      for blob in member.blobs where target == "\(root)/blobs/\(digest(of: blob))" {
        return .answer(
          200, headers: [HTTPHeader("Content-Type", "application/octet-stream")], body: blob)
      }
    }
    return .answer(404, body: Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#.utf8))
  }
}

extension BuiltManifest {
  /// It and everything it lists.
  fileprivate var members: [BuiltManifest] { [self] + children.flatMap(\.members) }
}
