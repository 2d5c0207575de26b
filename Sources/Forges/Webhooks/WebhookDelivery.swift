public import Transport
public import Vocabulary

/// One webhook as it arrived: its header fields and the very bytes of its body.
public struct WebhookDelivery: Sendable {
  /// GitHub sends 25 MB at most and drops what is larger.
  public static let bodyBytesMax = 25 << 20

  public let headers: [HTTPHeader]
  public let body: [UInt8]

  public init(headers: [HTTPHeader], body: [UInt8]) {
    self.headers = headers
    self.body = body
  }

  func value(of name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }
}

/// Why a delivery is not believed.
public enum WebhookRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case tooLarge
  /// There is no signature, or an empty one: the hook has no secret.
  case unsigned
  case wrongSignature
  /// It does not say what it is about.
  case withoutEvent
  /// It is signed, and its body is not the JSON it should be.
  case malformed

  public var description: String {
    switch self {
    case .tooLarge: "expected at most \(WebhookDelivery.bodyBytesMax) bytes, found more"
    case .unsigned: "expected a signature, found none: give the hook a secret, and pawl the same"
    case .wrongSignature: "the signature is none of this hook's secrets'"
    case .withoutEvent:
      "expected the name of an event in X-Gitea-Event or X-GitHub-Event, found none"
    case .malformed: "expected a JSON object, found something else"
    }
  }
}

/// A believed delivery. It proves nothing: it only says what is worth reading again, since deliveries come
/// late, twice, in any order or never.
public struct Webhook: Hashable, Sendable {
  /// The same when it is delivered again.
  public let id: String?
  public let event: String
  /// The repository it is about, where it says so in a form that can be asked for.
  public let repository: ProjectName?
  public let hints: [WebhookHint]
}

/// What is worth reading again.
public enum WebhookHint: Hashable, Sendable {
  /// The branch has another head, or none.
  case head(BranchName)
  /// A check, where it is said which and how it stands; nil for any.
  case checks(Commit, told: Check?)
  case runs(Commit)
  /// Something was published: a commit's images may be complete.
  case images
}
