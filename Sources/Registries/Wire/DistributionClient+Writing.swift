import Transport
import Vocabulary

extension DistributionClient {
  /// How long the part of a target may be that names tags: many servers take 8 KiB of a line in all.
  private static let tagsBytesMax = 4_000

  /// As many of `tags`, from the first on, as one request has room for.
  static func fitting(_ tags: ArraySlice<TagName>) -> ArraySlice<TagName> {
    var left = tagsBytesMax
    return tags.prefix { tag in
      left -= "&tag=\(tag)".utf8.count
      return left >= 0
    }
  }

  private static func query(setting tags: [TagName]) -> String {
    tags.isEmpty ? "" : "?" + tags.map { "tag=\($0)" }.joined(separator: "&")
  }

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
    let path = "/v2/\(reference.repository)/manifests/\(reference.selector)"
    guard let target = RequestTarget(path + Self.query(setting: tags)) else {
      let sentence = "\(reference): expected fewer tags to set at once, found \(tags.count)"
      return .failure(ExchangeFailure(Unknown(.unanswerable, sentence), .neverSent))
    }
    var request = request(.put, target, on: reference.registry)
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

  /// Why an answer to ``put(_:at:expecting:tags:)`` is not the wanted one; ``Unknown/Cause/incomplete`` when
  /// the registry does not have all that the manifest names.
  func unknown(_ answer: HTTPAnswer, toWriting reference: ImageReference) -> Unknown {
    let unknown = unknown(answer, to: manifestRequest(.put, reference))
    guard [400, 404, 409, 422].contains(answer.status), answer.errorCodes.contains(where: \.isLack)
    else {
      return unknown
    }
    return Unknown(.incomplete, unknown.detail)
  }

  /// Removes a tag. Whoever knows no such request refuses it, and nothing has happened then.
  func removeTag(_ reference: ImageReference) async -> Result<HTTPAnswer, ExchangeFailure> {
    let request = manifestRequest(.delete, reference)
    return await exchange(
      request, .delete(reference.location),
      limits: Self.limits(bodyBytesMax: HTTPLimits.refusalBytesMax))
  }
}
