import Transport
import Vocabulary

// Bringing blobs into a repository (distribution-spec, "Pushing Blobs").

extension DistributionClient {
  /// What a registry makes of the wish to bring a blob.
  enum Upload: Sendable {
    /// It has taken the blob over from another repository of its own.
    case mounted
    /// The blob is to be sent there.
    case session(HTTPRequest)
  }

  /// Asks for a blob to be taken over from `source`, a repository of the same registry, or else for a place
  /// to send it to.
  func upload(
    of digest: Digest, to location: ImageLocation, mountingFrom source: RepositoryName?
  ) async throws(Unknown) -> Upload {
    let query = source.map { "?mount=\(digest)&from=\(percentEncoded($0.text))" } ?? ""
    let request = request(
      .post, "/v2/\(location.repository)/blobs/uploads/\(query)", on: location.registry)
    let need = Need.push(location, mountingFrom: source)
    let result = await exchange(
      request, need, limits: Self.limits(bodyBytesMax: HTTPLimits.refusalBytesMax))
    let answer = try Self.answer(result)
    switch answer.status {
    case 201 where source != nil: return .mounted
    case 202: return .session(try session(answer, request))
    case 400..<500 where source != nil && answer.status != 429:
      // Some registries refuse to take over and mean only that.
      return try await upload(of: digest, to: location, mountingFrom: nil)
    default: throw unknown(answer, to: request)
    }
  }

  private func session(_ answer: HTTPAnswer, _ request: HTTPRequest) throws(Unknown) -> HTTPRequest
  {
    guard let location = answer.values(of: "location").first,
      let place = request.redirected(to: location)
    else {
      throw Unknown(.malformed, "\(request): expected a place to send a blob to, found none")
    }
    return place
  }

  /// What a registry makes of a blob that was sent to it.
  enum BlobReception: Sendable {
    case taken
    case notTaken(Refusal)

    /// What does not last. The blob may be begun anew.
    struct Refusal: Sendable {
      let unknown: Unknown
      /// How long the registry asks to wait before that.
      let pause: Duration?
      /// Whether the blob may have been stored all the same.
      let mayBeThere: Bool
    }
  }

  /// Sends a blob to the place the registry has named, as it comes in.
  func send(
    _ digest: Digest, size: Int64, from handoff: Handoff, to session: HTTPRequest,
    of location: ImageLocation
  ) async throws(Unknown) -> BlobReception {
    let separator = session.target.text.contains("?") ? "&" : "?"
    guard let target = RequestTarget("\(session.target.text)\(separator)digest=\(digest)") else {
      throw Unknown(.malformed, "\(session): expected a place to send a blob to, found none")
    }
    var request = HTTPRequest(.put, target, at: session.address)
    request.headers = [HTTPHeader("Content-Type", "application/octet-stream")]
    request.plainHTTP = session.plainHTTP
    request.trust = session.trust
    let limits = HTTPLimits(
      bodyBytesMax: HTTPLimits.refusalBytesMax, attempt: Self.downloadMax, total: Self.downloadMax,
      retry: .none)
    let result = await signedInOnce(request, .push(location)) { request in
      await connections.upload(request, length: size, from: handoff, limits: limits)
    }
    guard let result else {
      // Another credential is at hand by now, and what was to be sent is used up.
      let sentence = "\(request) was refused for want of another credential, each time anew"
      return .notTaken(
        .init(unknown: Unknown(.unauthorized, sentence), pause: nil, mayBeThere: false))
    }
    let answer = try Self.answer(result)
    guard answer.status != 201 else { return .taken }
    let unknown = unknown(answer, to: request)
    guard unknown.mayPass else { throw unknown }
    return .notTaken(
      .init(unknown: unknown, pause: answer.pauseAsked, mayBeThere: answer.leavesWriteOpen))
  }

  /// Begins an upload and cancels it, which takes the right to push and leaves nothing behind.
  func tryUpload(to location: ImageLocation) async throws(Unknown) {
    guard
      case .session(let session) = try await upload(
        of: Digest(of: [], .sha256), to: location, mountingFrom: nil)
    else { return }
    var request = HTTPRequest(.delete, session.target, at: session.address)
    request.plainHTTP = session.plainHTTP
    request.trust = session.trust
    // What comes of it does not matter: registries drop what was begun and never ended.
    _ = await exchange(
      request, .push(location), limits: Self.limits(bodyBytesMax: HTTPLimits.refusalBytesMax))
  }

  /// Whether it is known that a blob lies there.
  func holds(_ digest: Digest, in location: ImageLocation) async -> Bool {
    let (result, request) = await fetch(
      blobRequest(.head, digest, in: location), .pull(location),
      limits: Self.limits(bodyBytesMax: 0))
    return read(result, request, location.registry) { _ throws(Unknown) in true }.value == true
  }

  static func answer(
    _ result: Result<HTTPAnswer, ExchangeFailure>
  ) throws(Unknown) -> HTTPAnswer {
    switch result {
    case .success(let answer): return answer
    case .failure(let failure): throw failure.unknown
    }
  }
}
