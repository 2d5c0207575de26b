import Foundation
import Transport
public import Vocabulary

extension RegistryServer {
  /// Pushes an image or index with everything it needs, by digest, and then points `tags` at it.
  /// Repeating it changes nothing.
  /// - Returns: the digest to pin.
  @discardableResult
  public func push(
    _ manifest: BuiltManifest, to repository: RepositoryName, tags: [TagName] = []
  ) async throws -> Digest {
    for child in manifest.children { try await push(child, to: repository) }
    for blob in manifest.blobs { try await upload(blob, to: repository) }
    for reference in [manifest.digest.text] + tags.map(\.text) {
      var request = try request(.put, "/v2/\(repository)/manifests/\(reference)")
      request.headers = [HTTPHeader("Content-Type", manifest.mediaType)]
      request.body = manifest.bytes
      try await expect(201, request)
    }
    return manifest.digest
  }

  /// Pushes an image; see ``push(_:to:tags:)-(BuiltManifest,_,_)``.
  @discardableResult
  public func push(
    _ image: FixtureImage, to repository: RepositoryName, tags: [TagName] = []
  ) async throws -> Digest {
    try await push(image.built, to: repository, tags: tags)
  }

  /// Pushes an index and its images; see ``push(_:to:tags:)-(BuiltManifest,_,_)``.
  @discardableResult
  public func push(
    _ index: FixtureIndex, to repository: RepositoryName, tags: [TagName] = []
  ) async throws -> Digest {
    try await push(index.built, to: repository, tags: tags)
  }

  /// The manifest's own bytes at a tag or digest, as the registry hands them out; nil when it has
  /// none. The reading is independent of the adapters under test.
  public func manifest(_ repository: RepositoryName, _ selector: String) async throws -> [UInt8]? {
    var request = try request(.get, "/v2/\(repository)/manifests/\(selector)")
    request.headers = [
      HTTPHeader(
        "Accept",
        "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
          + "application/vnd.docker.distribution.manifest.v2+json, "
          + "application/vnd.docker.distribution.manifest.list.v2+json")
    ]
    let answer = try await connections.exchange(
      try await signedIn(request), limits: Self.limits
    ).get()
    if answer.status == 404 { return nil }
    guard answer.status == 200 else {
      throw TestFailure("expected 200 or 404 to \(request), found \(answer.status)")
    }
    return answer.body
  }

  /// A blob's own bytes.
  public func blob(_ repository: RepositoryName, _ digest: Digest) async throws -> [UInt8] {
    let request = try request(.get, "/v2/\(repository)/blobs/\(digest)")
    return try await expect(200, request).body
  }

  /// Removes a manifest, and with it every tag that points at it.
  public func delete(_ repository: RepositoryName, _ digest: Digest) async throws {
    try await expect(202, try request(.delete, "/v2/\(repository)/manifests/\(digest)"))
  }

  /// Removes a blob.
  public func deleteBlob(_ repository: RepositoryName, _ digest: Digest) async throws {
    try await expect(202, try request(.delete, "/v2/\(repository)/blobs/\(digest)"))
  }

  /// Asks for something, whatever comes of it.
  func ask(_ path: String) async throws {
    let answer = await connections.exchange(try request(.get, path), limits: Self.limits)
    _ = try answer.get()
  }

  func requireAnswer() async throws {
    let answer = try await connections.exchange(
      try request(.get, "/v2/"), limits: Self.limits
    ).get()
    let isGuarded: Bool
    if case .token = access { isGuarded = true } else { isGuarded = false }
    guard answer.status == 200 || (isGuarded && answer.status == 401) else {
      throw TestFailure("expected the registry at \(address) to answer 200, found \(answer.status)")
    }
  }

  private func upload(_ blob: [UInt8], to repository: RepositoryName) async throws {
    let start = try request(.post, "/v2/\(repository)/blobs/uploads/")
    let session = try await expect(202, start)
    guard let location = session.values(of: "location").first,
      let place = start.redirected(to: location),
      let target = RequestTarget(
        place.target.text + (place.target.text.contains("?") ? "&" : "?")
          + "digest=\(digest(of: blob))")
    else { throw TestFailure("expected a Location from \(start), found none that can be used") }
    var put = HTTPRequest(.put, target, at: place.address)
    put.authorization = place.authorization
    put.trust = place.trust
    put.headers = [HTTPHeader("Content-Type", "application/octet-stream")]
    put.body = blob
    try await expect(201, put)
  }

  @discardableResult
  private func expect(_ status: Int, _ request: HTTPRequest) async throws -> HTTPAnswer {
    let answer = try await connections.exchange(
      try await signedIn(request), limits: Self.limits
    ).get()
    guard answer.status == status else {
      let text = String(decoding: answer.body, as: UTF8.self)
      throw TestFailure("expected \(status) to \(request), found \(answer.status): \(text)")
    }
    return answer
  }

  private func request(_ method: HTTPRequest.Method, _ path: String) throws -> HTTPRequest {
    guard let target = RequestTarget(path) else { throw TestFailure("not a path: \(path)") }
    var request = HTTPRequest(method, target, at: address)
    request.repetition = .freely
    switch access {
    case .open, .tls, .token:
      break
    case .password:
      request.authorization = Self.basic(Self.user, Self.password)
    case .otherPassword(let user, let password, _):
      request.authorization = Self.basic(user, password)
    }
    request.trust = try authority.map { try TrustRoots(pem: $0, file: "the registry's") }
    return request
  }

  private static func basic(_ user: String, _ password: String) -> Secret<String> {
    Secret("Basic " + Data("\(user):\(password)".utf8).base64EncodedString())
  }

  /// The same request with a token, where the registry wants one.
  private func signedIn(_ request: HTTPRequest) async throws -> HTTPRequest {
    guard case .token(let realm, _) = access, let (address, target) = HTTPRequest.split(realm)
    else { return request }
    let repository = request.target.path.split(separator: "/").dropFirst()
      .prefix { !["manifests", "blobs"].contains($0) }.joined(separator: "/")
    guard
      let question = RequestTarget(
        "\(target)?service=\(TokenServer.service)&scope=repository:\(repository):pull,push,delete")
    else { throw TestFailure("not a path: \(repository)") }
    var asking = HTTPRequest(.get, question, at: address)
    asking.authorization = Self.basic(Self.user, Self.password)
    let answer = try await connections.exchange(asking, limits: Self.limits).get()
    let document = try JSONDecoder().decode([String: TokenField].self, from: Data(answer.body))
    guard case .text(let token)? = document["token"] else { throw TestFailure("expected a token") }
    var signed = request
    signed.authorization = Secret("Bearer " + token)
    return signed
  }

  private enum TokenField: Decodable {
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let text = try? decoder.singleValueContainer().decode(String.self)
      self = text.map(TokenField.text) ?? .other
    }
  }

  private static let limits = HTTPLimits(
    bodyBytesMax: 8 * 1_024 * 1_024, attempt: .seconds(30), total: .seconds(60), retry: .reads)
}
