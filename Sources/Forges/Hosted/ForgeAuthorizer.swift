import Capabilities
import Foundation
import JWTKit
import Transport
import Vocabulary

/// Knows what to send as `Authorization`, and fetches a GitHub App's token when the one it has is about to
/// expire.
actor ForgeAuthorizer {
  /// A token that expires within this time is replaced before it is used.
  static let tokenLeftMin = TimeSpan.minutes(5)

  private let account: ForgeAccount
  private let connections: Connections
  private let headers: [HTTPHeader]
  private let clock: any WallClock
  private var token: (value: Secret<String>, expires: Timestamp)?
  /// How far the forge's clock is ahead of ours, in seconds, once it has refused our time.
  private var skew: Int64 = 0

  init(
    account: ForgeAccount, connections: Connections, headers: [HTTPHeader], clock: any WallClock
  ) {
    self.account = account
    self.connections = connections
    self.headers = headers
    self.clock = clock
  }

  /// The value of the field; nil for an anonymous account.
  func authorization() async throws(Unknown) -> Secret<String>? {
    switch account.credential {
    case .anonymous: return nil
    case .token(let secret): return secret.reveal { Secret("Bearer " + $0) }
    case .app(let id, let installation, let key):
      if let token, clock.now().advanced(by: Self.tokenLeftMin) < token.expires {
        return token.value.reveal { Secret("Bearer " + $0) }
      }
      let fresh = try await exchange(id: id, installation: installation, key: key)
      token = fresh
      return fresh.value.reveal { Secret("Bearer " + $0) }
    }
  }

  /// The forge did not accept what was sent: a token that can be had anew is.
  func forget() { token = nil }

  private struct Installation: Decodable {
    let token: String
    let expires_at: String
  }

  /// Exchanges the App's signature for a token (GitHub, "Generating an installation access token").
  private func exchange(
    id: String, installation: Int64, key: Secret<String>
  ) async throws(Unknown) -> (value: Secret<String>, expires: Timestamp) {
    let what = "the token of GitHub App \(printable(id, charactersMax: 40))"
    var answer = try await ask(id: id, installation: installation, key: key, what: what)
    if answer.status == 401, let theirs = answer.secondsOfDate {
      // A clock that is off by more than a minute makes the signature look expired, or not yet valid.
      let ahead = theirs - clock.now().milliseconds / 1_000
      if abs(ahead - skew) > 30 {
        skew = ahead
        answer = try await ask(id: id, installation: installation, key: key, what: what)
      }
    }
    guard answer.status == 201 else {
      let advice =
        switch answer.status {
        case 401: "; check the App's id and key, and this machine's clock"
        case 404: "; check the installation's number, and that it is not suspended"
        default: ""
        }
      throw Unknown(
        answer.status == 404 ? .unauthorized : Unknown.Cause(status: answer.status),
        "\(what) was answered \(answer.status)\(advice)")
    }
    let granted = try document(Installation.self, from: answer.body, what: what)
    guard let expires = Timestamp(rfc3339: granted.expires_at), !granted.token.isEmpty else {
      throw Unknown(
        .malformed, "\(what): expected a token and when it expires, found something else")
    }
    return (Secret(granted.token), expires)
  }

  private func ask(
    id: String, installation: Int64, key: Secret<String>, what: String
  ) async throws(Unknown) -> HTTPAnswer {
    let path = ForgePath("app", "installations", "\(installation)", "access_tokens")
    var request = HTTPRequest(.post, path.target, at: account.api)
    request.headers = headers
    // A token more is harmless: the one that was lost expires by itself.
    request.repetition = .freely
    request.plainHTTP = account.allowsPlainHTTP ? .anywhere : .toLoopback
    request.isProxied = account.isProxied
    let now = clock.now().milliseconds / 1_000 + skew
    let signature = try await key.signed(AppClaims(issuer: id, at: now), what: what)
    request.authorization = Secret("Bearer " + signature)
    let limits = HTTPLimits(
      bodyBytesMax: 64 << 10, attempt: ForgeClient.attemptMax, total: ForgeClient.totalMax,
      retry: .reads)
    return try await connections.exchange(request, limits: limits).mapError(\.unknown).get()
  }
}

/// What a GitHub App says of itself, for ten minutes at most, from a minute ago because clocks differ.
private struct AppClaims: JWTPayload {
  let iat: Int64
  let exp: Int64
  let iss: String

  init(issuer: String, at now: Int64) {
    iat = now - 60
    exp = now + 540
    iss = issuer
  }

  func verify(using algorithm: some JWTAlgorithm) async throws {}
}

extension Secret<String> {
  fileprivate func signed(_ claims: AppClaims, what: String) async throws(Unknown) -> String {
    let pem = reveal { $0 }
    do {
      let key = try Insecure.RSA.PrivateKey(pem: pem)
      let keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
      return try await keys.sign(claims)
    } catch {
      throw Unknown(
        .unauthorized,
        "\(what): expected its private key as PEM ('-----BEGIN RSA PRIVATE KEY-----'), found "
          + "something that does not sign")
    }
  }
}
