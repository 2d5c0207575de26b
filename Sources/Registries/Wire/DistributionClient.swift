import Transport
import Vocabulary

/// The endpoints of a registry that pawl uses (distribution-spec, "API"), one method each: those that
/// read here, those that write in `DistributionClient+Writing.swift`.
struct DistributionClient: Sendable {
  let connections: Connections
  let authorizer: Authorizer
  let notices: Notices

  /// For everything but layers. A registry that is being restarted is back within the total.
  static let attemptMax: Duration = .seconds(15)
  static let totalMax: Duration = .seconds(45)
  /// For a layer: a gigabyte at ten megabits a second takes this long.
  static let downloadMax: Duration = .seconds(15 * 60)

  /// The manifest at a tag or digest, verified.
  func manifest(_ reference: ImageReference) async -> Reading<StoredManifest> {
    let request = manifestRequest(.get, reference)
    let limits = Self.limits(bodyBytesMax: StoredManifest.bytesMax)
    let result = await exchange(request, .pull(reference.location), limits: limits)
    return read(result, request, reference.registry) { answer throws(Unknown) in
      try StoredManifest(answer, for: reference)
    }
  }

  /// The digest the registry names for a tag, without its content. Nil when it does not name one, does not
  /// answer HEAD at all, or refuses without the words that only an answer to GET has: read the manifest
  /// then.
  func namedDigest(_ reference: ImageReference) async -> Reading<Digest?> {
    let request = manifestRequest(.head, reference)
    let result = await exchange(
      request, .pull(reference.location), limits: Self.limits(bodyBytesMax: 0))
    if case .success(let answer) = result, [400, 403, 405, 501].contains(answer.status) {
      return .found(nil)
    }
    return read(result, request, reference.registry) { answer throws(Unknown) in
      try answer.contentDigest(of: reference)
    }
  }

  /// A small blob, verified against its descriptor.
  func blob(
    _ descriptor: Descriptor, in location: ImageLocation
  ) async -> Reading<[UInt8]> {
    let limits = Self.limits(bodyBytesMax: Int(descriptor.size))
    let (result, request) = await following(blobRequest(.get, descriptor.digest, in: location)) {
      request in await exchange(request, .pull(location), limits: limits)
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
    let (result, request) = await following(blobRequest(.get, digest, in: location)) { request in
      await signedIn(request, .pull(location)) { request in
        await connections.download(request, limits: limits) { bytes in
          intake.add(bytes)
          try await sink(bytes)
        }
      }
    }
    return read(result, request, location.registry) { _ throws(Unknown) in
      guard intake.count == size, intake.digest == digest else {
        throw Self.altered(digest, in: location)
      }
      return size
    }
  }

  /// Why an answer that is not the wanted one brought nothing.
  func unknown(_ answer: HTTPAnswer, to request: HTTPRequest) -> Unknown {
    let unknown = answer.unknown(to: request)
    let codes = answer.errorCodes.map(\.rawValue)
    if answer.status == 400, codes.isEmpty, !request.address.isSecure {
      // What servers of TLS say to whoever speaks without.
      return Unknown(
        unknown.cause, "\(unknown.detail); if TLS is spoken there, name its authority with 'ca'")
    }
    return codes.isEmpty
      ? unknown
      : Unknown(unknown.cause, "\(unknown.detail) (\(codes.joined(separator: ", ")))")
  }
}

// MARK: - Exchanging

extension DistributionClient {
  /// Sends a request as whoever we are at its registry.
  func exchange(
    _ request: HTTPRequest, _ need: Need, limits: HTTPLimits
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    await signedIn(request, need) { await connections.exchange($0, limits: limits) }
  }

  /// The same for a request that is not sent in the usual way. One that has been sent elsewhere goes
  /// without a credential.
  func signedIn(
    _ request: HTTPRequest, _ need: Need,
    _ send: (HTTPRequest) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let signIn = authorizer.signIn(to: need.location.registry)
    guard request.isAddressed(to: signIn.login) else { return await send(request) }
    let result = await signIn.perform(need) { authorization in
      var request = request
      request.authorization = authorization
      return await send(request)
    }
    if case .success(let answer) = result { notices.note(answer, from: need.location.registry) }
    return result
  }

  func read<Value>(
    _ result: Result<HTTPAnswer, ExchangeFailure>, _ request: HTTPRequest, _ host: RegistryHost,
    _ take: (HTTPAnswer) throws(Unknown) -> Value
  ) -> Reading<Value> {
    switch result {
    case .failure(let failure):
      return .unknown(failure.unknown)
    case .success(let answer)
    where answer.provesAbsence && request.isAddressed(to: authorizer.signIn(to: host).login):
      return .absent
    case .success(let answer) where answer.status == 200:
      do throws(Unknown) { return .found(try take(answer)) } catch { return .unknown(error) }
    case .success(let answer):
      return .unknown(unknown(answer, to: request))
    }
  }

  /// Blobs often lie in an object store, and the registry answers with a link to it. One step is
  /// followed, without the registry's credential. Tells which request was answered in the end.
  func following(
    _ request: HTTPRequest, _ send: (HTTPRequest) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> (Result<HTTPAnswer, ExchangeFailure>, HTTPRequest) {
    let result = await send(request)
    guard case .success(let answer) = result, answer.isRedirect,
      let elsewhere = answer.values(of: "location").first.flatMap(request.redirected(to:))
    else { return (result, request) }
    return (await send(elsewhere), elsewhere)
  }

  static func altered(_ digest: Digest, in location: ImageLocation) -> Unknown {
    Unknown(
      .malformed, "\(location)@\(digest.short): the bytes are not the ones this digest stands for")
  }

  func manifestRequest(_ method: HTTPRequest.Method, _ reference: ImageReference) -> HTTPRequest {
    var request = request(
      method, "/v2/\(reference.repository)/manifests/\(reference.selector)", on: reference.registry)
    request.headers = [HTTPHeader("Accept", ManifestType.accept)]
    return request
  }

  func blobRequest(
    _ method: HTTPRequest.Method, _ digest: Digest, in location: ImageLocation
  ) -> HTTPRequest {
    request(method, "/v2/\(location.repository)/blobs/\(digest)", on: location.registry)
  }

  func request(
    _ method: HTTPRequest.Method, _ path: String, on host: RegistryHost
  ) -> HTTPRequest {
    let login = authorizer.signIn(to: host).login
    guard let target = RequestTarget(path) else {
      preconditionFailure("names, tags and digests are made of what a path may hold")
    }
    var request = HTTPRequest(method, target, at: login.address)
    request.repetition = .freely
    request.plainHTTP = login.isPlain ? .anywhere : .toLoopback
    request.trust = login.trust
    return request
  }

  static func limits(bodyBytesMax: Int) -> HTTPLimits {
    HTTPLimits(bodyBytesMax: bodyBytesMax, attempt: attemptMax, total: totalMax, retry: .reads)
  }
}

extension HTTPRequest {
  /// Whether it goes to the registry itself, and not to where that has sent us: only the registry can say
  /// what it does not have, and only it is shown its credential.
  fileprivate func isAddressed(to login: RegistryLogin) -> Bool {
    address.isSecure == login.address.isSecure && address.authority == login.address.authority
  }
}
