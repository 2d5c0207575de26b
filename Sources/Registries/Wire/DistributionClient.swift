import Transport
import Vocabulary

/// The endpoints of a registry that pawl uses (distribution-spec, "API"), one method each.
struct DistributionClient: Sendable {
  let connections: Connections
  let authorizer: Authorizer
  let plainHTTPHosts: Set<RegistryHost>

  /// For everything but layers. A registry that is being restarted is back within the total.
  static let attemptMax: Duration = .seconds(15)
  static let totalMax: Duration = .seconds(45)
  /// For a layer: a gigabyte at ten megabits a second takes this long.
  static let downloadMax: Duration = .seconds(15 * 60)

  /// The manifest at a tag or digest, verified.
  func manifest(_ reference: ImageReference) async -> Reading<StoredManifest> {
    var request = request(.get, Self.path(reference), on: reference.registry)
    request.headers = [HTTPHeader("Accept", ManifestType.accept)]
    let limits = Self.limits(bodyBytesMax: StoredManifest.bytesMax)
    return read(await connections.exchange(request, limits: limits), request, reference.registry) {
      answer throws(Unknown) in
      try StoredManifest(answer, for: reference)
    }
  }

  /// The digest the registry names for a tag, without its content. Nil when it does not name one,
  /// or does not answer HEAD at all: read the manifest then.
  func namedDigest(_ reference: ImageReference) async -> Reading<Digest?> {
    var request = request(.head, Self.path(reference), on: reference.registry)
    request.headers = [HTTPHeader("Accept", ManifestType.accept)]
    let result = await connections.exchange(request, limits: Self.limits(bodyBytesMax: 0))
    if case .success(let answer) = result, answer.status == 405 { return .found(nil) }
    return read(result, request, reference.registry) { answer throws(Unknown) in
      try answer.contentDigest(of: reference)
    }
  }

  /// Sends a manifest's own bytes to a tag. Never sent a second time once it may have arrived: a
  /// repeated write could land after somebody else's.
  func put(
    _ manifest: StoredManifest, at reference: ImageReference
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    var request = request(.put, Self.path(reference), on: reference.registry)
    request.headers = [HTTPHeader("Content-Type", manifest.type.rawValue)]
    request.body = manifest.bytes
    request.repetition = .ifNeverSent
    return await connections.exchange(
      request, limits: Self.limits(bodyBytesMax: HTTPLimits.refusalBytesMax))
  }

  /// A small blob, verified against its descriptor.
  func blob(
    _ descriptor: Descriptor, in location: ImageLocation
  ) async -> Reading<[UInt8]> {
    var request = blobRequest(descriptor.digest, in: location)
    let limits = Self.limits(bodyBytesMax: Int(descriptor.size))
    var result = await connections.exchange(request, limits: limits)
    if let elsewhere = Self.redirection(result, of: request) {
      request = elsewhere
      result = await connections.exchange(request, limits: limits)
    }
    return read(result, request, location.registry) { answer throws(Unknown) in
      let found = answer.body
      guard found.count == descriptor.size, descriptor.digest.matches(found) else {
        throw Self.altered(descriptor.digest, in: location)
      }
      return found
    }
  }

  /// Streams a blob of `size` bytes into `sink`; found means that all of it was handed over and
  /// verified.
  func download(
    _ digest: Digest, size: Int64, in location: ImageLocation, into sink: Connections.Sink
  ) async -> Reading<Int64> {
    let limits = HTTPLimits(
      bodyBytesMax: Int(size), attempt: Self.downloadMax, total: Self.downloadMax, retry: .reads)
    let intake = Intake(digest.algorithm)
    func taking(_ request: HTTPRequest) async -> Result<HTTPAnswer, ExchangeFailure> {
      await connections.download(request, limits: limits) { bytes in
        intake.add(bytes)
        try await sink(bytes)
      }
    }
    var request = blobRequest(digest, in: location)
    var result = await taking(request)
    if let elsewhere = Self.redirection(result, of: request) {
      request = elsewhere
      result = await taking(request)
    }
    return read(result, request, location.registry) { _ throws(Unknown) in
      guard intake.count == size, intake.digest == digest else {
        throw Self.altered(digest, in: location)
      }
      return size
    }
  }

  /// Why an answer that is not the wanted one brought nothing.
  func unknown(_ answer: HTTPAnswer, to request: HTTPRequest, _ host: RegistryHost) -> Unknown {
    if answer.status == 401, request.isAddressed(to: host) {
      return authorizer.explanation(of: answer, from: host)
    }
    let unknown = answer.unknown(to: request)
    let codes = answer.errorCodes.map(\.rawValue)
    return codes.isEmpty
      ? unknown
      : Unknown(unknown.cause, "\(unknown.detail) (\(codes.joined(separator: ", ")))")
  }

  /// The same for an answer to ``put(_:at:)``.
  func unknown(_ answer: HTTPAnswer, toWriting reference: ImageReference) -> Unknown {
    let request = request(.put, Self.path(reference), on: reference.registry)
    return unknown(answer, to: request, reference.registry)
  }

  private func read<Value>(
    _ result: Result<HTTPAnswer, ExchangeFailure>, _ request: HTTPRequest, _ host: RegistryHost,
    _ take: (HTTPAnswer) throws(Unknown) -> Value
  ) -> Reading<Value> {
    switch result {
    case .failure(let failure):
      return .unknown(failure.unknown)
    case .success(let answer) where answer.provesAbsence && request.isAddressed(to: host):
      return .absent
    case .success(let answer) where answer.status == 200:
      do throws(Unknown) { return .found(try take(answer)) } catch { return .unknown(error) }
    case .success(let answer):
      return .unknown(unknown(answer, to: request, host))
    }
  }

  /// Blobs often lie in an object store, and the registry answers with a link to it. One step is
  /// followed, without the registry's credential.
  private static func redirection(
    _ result: Result<HTTPAnswer, ExchangeFailure>, of request: HTTPRequest
  ) -> HTTPRequest? {
    guard case .success(let answer) = result, answer.isRedirect else { return nil }
    return answer.values(of: "location").first.flatMap(request.redirected(to:))
  }

  private static func altered(_ digest: Digest, in location: ImageLocation) -> Unknown {
    Unknown(
      .malformed, "\(location)@\(digest.short): the bytes are not the ones this digest stands for")
  }

  private func blobRequest(_ digest: Digest, in location: ImageLocation) -> HTTPRequest {
    request(.get, "/v2/\(location.repository)/blobs/\(digest)", on: location.registry)
  }

  private static func path(_ reference: ImageReference) -> String {
    "/v2/\(reference.repository)/manifests/\(reference.selector)"
  }

  private func request(
    _ method: HTTPRequest.Method, _ path: String, on host: RegistryHost
  ) -> HTTPRequest {
    let isPlain = host.isLoopback || plainHTTPHosts.contains(host)
    let address = HTTPAddress(normalized: (isPlain ? "http://" : "https://") + host.text)
    guard let target = RequestTarget(path) else {
      preconditionFailure("names, tags and digests are made of what a path may hold")
    }
    var request = HTTPRequest(method, target, at: address)
    request.authorization = authorizer.authorization(for: host)
    request.repetition = .freely
    request.plainHTTP = isPlain ? .anywhere : .toLoopback
    return request
  }

  private static func limits(bodyBytesMax: Int) -> HTTPLimits {
    HTTPLimits(bodyBytesMax: bodyBytesMax, attempt: attemptMax, total: totalMax, retry: .reads)
  }
}

extension HTTPRequest {
  /// Whether it goes to the registry itself, and not to where that has sent us: only the registry
  /// can say what it does not have.
  fileprivate func isAddressed(to host: RegistryHost) -> Bool { address.authority == host.text }
}
