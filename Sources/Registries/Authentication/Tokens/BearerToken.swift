import Transport
import Vocabulary

/// A token, what it is good for, and until when.
struct BearerToken: Sendable {
  let authorization: Secret<String>
  let scopes: [TokenScope]
  /// Of the credential it was made for.
  let identity: String?
  private let lifetime: Duration
  private let age: Stopwatch

  /// What an answer that does not say how long its token lives means (distribution, "Token Response
  /// Fields").
  private static let lifetimeUnsaid: Duration = .seconds(60)
  /// A token is not used any more this long before its end, so that it does not run out on the way.
  private static let marginMax: Duration = .seconds(10)
  static let answerBytesMax = 64 * 1_024
  private static let tokenBytesMax = 16 * 1_024

  private struct Document: Decodable {
    let token: String?
    let accessToken: String?
    let expiresIn: Seconds?

    enum CodingKeys: String, CodingKey {
      case token
      case accessToken = "access_token"
      case expiresIn = "expires_in"
    }
  }

  /// Some services write the number as text. What is neither counts as unsaid: the token is good for all
  /// that.
  private struct Seconds: Decodable {
    let value: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let text = try? container.decode(String.self)
      let number = text.flatMap { Double($0) } ?? (try? container.decode(Double.self))
      value = number.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// Reads a token service's answer; nil when it holds no token that can be sent.
  init?(
    _ answer: HTTPAnswer, scopes: [TokenScope], identity: String?, clock: any Clock<Duration>
  ) {
    guard let document = decoded(Document.self, from: answer.body),
      let token = [document.token, document.accessToken].compactMap(\.self).first(where: {
        !$0.isEmpty
      }), token.utf8.count <= Self.tokenBytesMax, token.utf8.allSatisfy({ (0x21...0x7E) ~= $0 })
    else { return nil }
    authorization = Secret("Bearer " + token)
    self.scopes = scopes
    self.identity = identity
    lifetime =
      document.expiresIn?.value.map { .seconds(Int64(min(max($0, 1), 86_400))) }
      ?? Self.lifetimeUnsaid
    age = Stopwatch(on: clock)
  }

  /// Whether it may still be sent. The time of day plays no part: clocks of two machines differ.
  var isFresh: Bool { age.elapsed < lifetime - min(lifetime / 4, Self.marginMax) }
}
