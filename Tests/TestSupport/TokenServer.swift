import Crypto
import Foundation
import Transport
import Vocabulary

/// A token service as registries use them (distribution, "Token Authentication Specification"): signs what
/// a real `docker-registry` accepts.
public struct TokenServer: Sendable {
  public static let service = "pawl-tests"
  /// What `docker login` would have been given by a service of the second kind.
  public static let identityToken = "identity-token-of-the-tests"

  /// What it does otherwise than a faultless one.
  public struct Manner: Sendable {
    /// In seconds; nil leaves it out of the answer.
    public var lifetime: Int? = 300
    /// How many scopes it grants at once; one that is asked for more refuses.
    public var scopesMax = Int.max
    /// Whether nobody in particular may pull.
    public var letsAnybodyPull = false
    /// Repositories it grants no pushing to, as a service that narrows a scope silently does.
    public var readOnly: [String] = []
    /// Whether it knows the exchange of identity tokens.
    public var exchanges = true

    public init() {}
  }

  private let key: P256.Signing.PrivateKey
  private let certificate: String
  private let manner: Manner

  /// - Parameters:
  ///   - pem: of the key that signs.
  ///   - certificate: of that key, as PEM; the registry is given the same.
  init(pem: String, certificate: String, manner: Manner) throws {
    key = try P256.Signing.PrivateKey(pemRepresentation: pem)
    self.certificate = certificate.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    self.manner = manner
  }

  /// Answers one request for a token.
  public func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
    let isExchange = received.method == "POST"
    guard !isExchange || manner.exchanges else { return .answer(404) }
    let text = isExchange ? String(decoding: received.body, as: UTF8.self) : received.target
    let query = text.split(separator: "?").last.map(String.init) ?? ""
    var components = URLComponents()
    components.percentEncodedQuery = query
    let items = components.queryItems ?? []
    let scopes = items.filter { $0.name == "scope" }.compactMap(\.value)
      .flatMap { $0.split(separator: " ").map(String.init) }
    guard scopes.count <= manner.scopesMax else { return .answer(400) }
    let isKnown =
      isExchange
      ? items.contains { $0.name == "refresh_token" && $0.value == Self.identityToken }
      : received.value(of: "authorization").map(isRight) ?? false
    let isAnybody = received.value(of: "authorization") == nil && manner.letsAnybodyPull
    guard isKnown || isAnybody else {
      return .answer(401, body: Array(#"{"details":"incorrect username or password"}"#.utf8))
    }
    let token = token(scopes, mayPush: isKnown)
    var answer: [String: Any] = [isExchange ? "access_token" : "token": token]
    answer["expires_in"] = manner.lifetime
    return .answer(
      200, headers: [HTTPHeader("Content-Type", "application/json")], body: json(answer))
  }

  private func isRight(_ field: String) -> Bool {
    [
      "\(RegistryServer.user):\(RegistryServer.password)",
      manner.exchanges ? nil : "<token>:\(Self.identityToken)",
    ].compactMap(\.self).contains { field == "Basic " + Data($0.utf8).base64EncodedString() }
  }

  private func token(_ scopes: [String], mayPush: Bool) -> String {
    let access: [[String: Any]] = scopes.compactMap { scope in
      let parts = scope.split(separator: ":").map(String.init)
      guard parts.count == 3, parts[0] == "repository" else { return nil }
      let actions = parts[2].split(separator: ",").map(String.init).filter {
        $0 == "pull" || (mayPush && !manner.readOnly.contains(parts[1]))
      }
      return ["type": "repository", "name": parts[1], "actions": actions]
    }
    let now = Int(Date().timeIntervalSince1970)
    let claims: [String: Any] = [
      "iss": "pawl-tests", "sub": "tests", "aud": Self.service, "access": access,
      "iat": now, "nbf": now - 60, "exp": now + 3_600, "jti": UUID().uuidString,
    ]
    let header: [String: Any] = ["typ": "JWT", "alg": "ES256", "x5c": [certificate]]
    let signed = Self.base64URL(json(header)) + "." + Self.base64URL(json(claims))
    guard let signature = try? key.signature(for: Data(signed.utf8)) else {
      preconditionFailure("a key of ours signs")
    }
    return signed + "." + Self.base64URL([UInt8](signature.rawRepresentation))
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}

/// Starts a token service and a real registry that trusts it, runs `body` with both, and stops them.
public nonisolated(nonsending) func withTokenRegistry<Answer: Sendable>(
  _ manner: TokenServer.Manner = TokenServer.Manner(), log: AccessLog? = nil,
  _ body: (RegistryServer, FaultyServer) async throws -> Answer
) async throws -> Answer {
  try await withTemporaryDirectory { directory in
    let pair = try await Certificates.selfSigned(in: directory)
    let tokens = try TokenServer(pem: pair.key, certificate: pair.certificate, manner: manner)
    return try await withFaultyServer(tokens.reply(to:)) { server in
      let access = RegistryServer.Access.token(
        realm: "\(server.address)/token", certificate: pair.certificateFile)
      return try await withRegistry(access, log: log) { registry in
        try await body(registry, server)
      }
    }
  }
}
