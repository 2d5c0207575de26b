import Transport
import Vocabulary

extension DistributionClient {
  /// Sends a manifest's own bytes to a tag or a digest. To a tag never a second time once it may have
  /// arrived: a repeated write could land after somebody else's.
  ///
  /// - Parameters:
  ///   - expected: what the tag should show before. Sent as a precondition, which today's registries
  ///     ignore (distribution-spec #250) and tomorrow's may not.
  ///   - tags: further tags for a manifest that is sent to its digest (distribution-spec, "Pushing
  ///     Manifests"); those the registry has set are named in `OCI-Tag`.
  func put(
    _ manifest: StoredManifest, at reference: ImageReference, expecting expected: Digest? = nil,
    tags: [TagName] = []
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let query = tags.isEmpty ? "" : "?" + tags.map { "tag=\($0)" }.joined(separator: "&")
    var request = request(
      .put, "/v2/\(reference.repository)/manifests/\(reference.selector)\(query)",
      on: reference.registry)
    request.headers = [HTTPHeader("Content-Type", manifest.type.rawValue)]
    if let expected { request.headers.append(HTTPHeader("If-Match", "\"\(expected)\"")) }
    request.body = manifest.bytes
    switch reference.selector {
    case .tag: request.repetition = .ifNeverSent
    case .digest: request.repetition = tags.isEmpty ? .freely : .ifNeverSent
    }
    return await exchange(
      request, .push(reference.location),
      limits: Self.limits(bodyBytesMax: HTTPLimits.refusalBytesMax))
  }

  /// Why an answer to ``put(_:at:expecting:tags:)`` is not the wanted one.
  func unknown(_ answer: HTTPAnswer, toWriting reference: ImageReference) -> Unknown {
    unknown(answer, to: manifestRequest(.put, reference))
  }

  /// Removes a tag. Whoever knows no such request refuses it, and nothing has happened then.
  func removeTag(_ reference: ImageReference) async -> Result<HTTPAnswer, ExchangeFailure> {
    let request = manifestRequest(.delete, reference)
    return await exchange(
      request, .delete(reference.location),
      limits: Self.limits(bodyBytesMax: HTTPLimits.refusalBytesMax))
  }
}
