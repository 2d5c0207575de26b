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

  /// How often one request is sent on to another place.
  private static let hopsMax = 5

  /// The manifest at a tag or digest, verified.
  func manifest(_ reference: ImageReference) async -> Reading<StoredManifest> {
    let (result, request) = await fetch(
      manifestRequest(.get, reference), .pull(reference.location),
      limits: Self.limits(bodyBytesMax: StoredManifest.bytesMax))
    let reading = read(result, request, reference.registry) { answer throws(Unknown) in
      (try StoredManifest(answer, for: reference), try answer.contentDigest(of: reference))
    }
    switch (reading, reference.selector) {
    case (.absent, _): return .absent
    case (.unknown(let unknown), _): return .unknown(unknown)
    case (.found((let manifest, nil)), .tag): return await confirmed(manifest, at: reference)
    case (.found((let manifest, _)), _): return .found(manifest)
    }
  }

  /// What came under a tag without a digest could only be held against itself, and somebody on the way may
  /// have altered it. So the registry is asked whether it has exactly this.
  private func confirmed(
    _ manifest: StoredManifest, at reference: ImageReference
  ) async -> Reading<StoredManifest> {
    let place = reference.location.at(manifest.digest)
    let altered = Unknown(
      .malformed,
      "\(reference): the registry does not have what it seemed to send, \(manifest.digest.short): "
        + "altered on its way")
    switch await namedDigest(place) {
    case .unknown(let unknown): return .unknown(unknown)
    case .found(.some): return .found(manifest)
    case .found(.none):
      // It may have been asked in a way that it does not answer.
      let again = await self.manifest(place)
      if case .absent = again { return .unknown(altered) }
      return again
    case .absent:
      // There may be digests that it has of another kind.
      guard case .found(let named?) = await namedDigest(reference), named.matches(manifest.bytes)
      else { return .unknown(altered) }
      return .found(StoredManifest(digest: named, type: manifest.type, bytes: manifest.bytes))
    }
  }

  /// The digest the registry names for a tag, without its content; for a digest that one, or unknown when it
  /// names another. Nil when it does not name one, does not answer HEAD at all, or refuses without the words
  /// that only an answer to GET has: read the manifest then.
  func namedDigest(_ reference: ImageReference) async -> Reading<Digest?> {
    let (result, request) = await fetch(
      manifestRequest(.head, reference), .pull(reference.location),
      limits: Self.limits(bodyBytesMax: 0))
    if case .success(let answer) = result, [400, 403, 405, 501].contains(answer.status) {
      return .found(nil)
    }
    return read(result, request, reference.registry) { answer throws(Unknown) in
      let named = try answer.contentDigest(of: reference)
      if case .digest(let asked) = reference.selector, let named, named != asked {
        throw Unknown(
          .malformed, "\(reference): the registry says that it has \(named.short) there")
      }
      return named
    }
  }

  /// A small blob, verified against its descriptor.
  func blob(
    _ descriptor: Descriptor, in location: ImageLocation
  ) async -> Reading<[UInt8]> {
    let limits = Self.limits(bodyBytesMax: Int(descriptor.size))
    let (result, request) = await fetch(
      blobRequest(.get, descriptor.digest, in: location), .pull(location), limits: limits)
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
    if answer.isRedirect, [.get, .head].contains(request.method) {
      let sentence =
        "a redirect that is not followed: to no place, to a less safe one, or one too many"
      return Unknown(unknown.cause, "\(request) was answered \(answer.status), \(sentence)")
    }
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
    let result = await signIn.perform(need) { await send(request.authorized($0)) }
    if case .success(let answer) = result { notices.note(answer, from: need.location.registry) }
    return result
  }

  /// The same for a request whose body is used up when it has been sent.
  /// - Returns: nil when it was refused for want of a credential that is at hand by now.
  func signedInOnce(
    _ request: HTTPRequest, _ need: Need,
    _ send: (HTTPRequest) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Result<HTTPAnswer, ExchangeFailure>? {
    let signIn = authorizer.signIn(to: need.location.registry)
    guard request.isAddressed(to: signIn.login) else { return await send(request) }
    let result = await signIn.performOnce(need) { await send(request.authorized($0)) }
    if case .success(let answer) = result { notices.note(answer, from: need.location.registry) }
    return result
  }

  /// Sends a request that reads something, wherever its registry says that it lies.
  func fetch(
    _ request: HTTPRequest, _ need: Need, limits: HTTPLimits
  ) async -> (Result<HTTPAnswer, ExchangeFailure>, HTTPRequest) {
    await following(request) { await exchange($0, need, limits: limits) }
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

  /// Blobs often lie in an object store, and the registry answers with a link to it; manifests may lie
  /// elsewhere, too. A few steps are followed, without the registry's credential where they lead away from
  /// it. Tells which request was answered in the end.
  func following(
    _ request: HTTPRequest, _ send: (HTTPRequest) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> (Result<HTTPAnswer, ExchangeFailure>, HTTPRequest) {
    var request = request
    var hops = 0
    while true {
      let result = await send(request)
      guard hops < Self.hopsMax, case .success(let answer) = result, answer.isRedirect,
        let elsewhere = answer.values(of: "location").first.flatMap(request.redirected(to:))
      else { return (result, request) }
      request = elsewhere
      hops += 1
    }
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
    guard let target = RequestTarget(path) else {
      preconditionFailure("names, tags and digests are short and made of what a path may hold")
    }
    return request(method, target, on: host)
  }

  func request(
    _ method: HTTPRequest.Method, _ target: RequestTarget, on host: RegistryHost
  ) -> HTTPRequest {
    let login = authorizer.signIn(to: host).login
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
  fileprivate func authorized(_ authorization: Secret<String>?) -> HTTPRequest {
    var request = self
    request.authorization = authorization
    return request
  }

  /// Whether it goes to the registry itself, and not to where that has sent us: only the registry can say
  /// what it does not have, and only it is shown its credential.
  fileprivate func isAddressed(to login: RegistryLogin) -> Bool {
    address.isSecure == login.address.isSecure && address.authority == login.address.authority
  }
}
