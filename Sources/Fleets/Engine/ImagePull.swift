public import Vocabulary

/// What an engine needs to pull from a registry that asks who it is: the value of `X-Registry-Auth`
/// (Docker Engine API, "Authentication"); nil where the registry asks nobody.
public typealias EngineCredential =
  @Sendable (ImageLocation) async throws(Unknown) -> Secret<String>?

/// Makes an engine have an image.
struct ImagePull: Sendable {
  let engine: Engine
  let credential: EngineCredential

  private static let time = TimeSpan.minutes(10)

  enum Outcome: Hashable, Sendable {
    /// The image's own settings: what a container gets that says nothing else.
    case ready(EngineValue)
    /// It cannot be run here, and will not be by asking again.
    case refused(String)
  }

  /// Has `image` at hand on the engine, by digest, pulled unless it is there.
  /// - Throws: ``Unknown`` when the engine or the registry could not be reached, or did not let it.
  func have(_ image: ImageReference) async throws(Unknown) -> Outcome {
    if let document = try await inspect(image.text) { return checked(document, image) }
    var call = Engine.Call.post(
      "/images/create",
      [("fromImage", image.location.text), ("tag", image.selector.description)])
    call.time = Self.time
    let authorization = try await credential(image.location)
    call.registryAuthorization = authorization
    let answer = try await engine.send(call)
    if let complaint = Self.complaint(in: answer) {
      let refusal = PullRefusal(complaint)
      let sentence = refusal.sentence(image, isSignedIn: authorization != nil)
      if let cause = refusal.cause { throw Unknown(cause, sentence) }
      return .refused(sentence)
    }
    guard let document = try await inspect(image.text) else {
      throw Unknown(.malformed, "the engine pulled \(image) and does not have it")
    }
    return checked(document, image)
  }

  /// What the engine knows of an image, by reference or id; nil when it does not have it.
  func inspect(_ image: String) async throws(Unknown) -> EngineValue? {
    let answer = try await engine.send(.get("/images/\(image)/json"))
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw engine.refusal("say what it has of \(image)", answer) }
    return answer.document
  }

  private func checked(_ document: EngineValue, _ image: ImageReference) -> Outcome {
    let system = document["Os"]?.text ?? ""
    let architecture = document["Architecture"]?.text ?? ""
    guard "\(system)/\(architecture)" == engine.platform else {
      return .refused(
        "\(image) is for \(printable("\(system)/\(architecture)", charactersMax: 40)), and the engine "
          + "runs \(engine.platform): build it for that platform too")
    }
    return .ready(document["Config"] ?? .object([:]))
  }

  /// What went wrong, from a refusal or from the last line of a progress that began well.
  static func complaint(in answer: Engine.Answer) -> String? {
    guard answer.isSuccess else { return answer.message }
    for line in answer.bytes.split(separator: UInt8(ascii: "\n")) {
      guard let progress = EngineValue(Array(line)) else { continue }
      if let error = progress["error"] {
        return progress["errorDetail"]?["message"]?.text ?? error.text ?? ""
      }
    }
    return nil
  }
}

/// Why an engine could not pull, out of the sentence it has for that; the sentence itself is not handed on.
enum PullRefusal: Hashable, Sendable {
  case absent, platform, unauthorized, unreachable, plainHTTP, untrusted, rateLimited, full, other

  init(_ message: String) {
    let text = message.lowercased()
    let words: [(PullRefusal, [String])] = [
      (.platform, ["no matching manifest", "does not match the specified platform"]),
      (.plainHTTP, ["server gave http response to https client"]),
      (.untrusted, ["x509", "certificate"]),
      (.rateLimited, ["toomanyrequests", "too many requests"]),
      (
        .unauthorized,
        ["unauthorized", "access denied", "authentication required", "no basic auth", "forbidden"]
      ),
      (.full, ["no space left"]),
      (
        .unreachable,
        [
          "connection refused", "no such host", "i/o timeout", "no route to host", "timeout",
          "network is unreachable", "connection reset", "eof", "service unavailable", "bad gateway",
        ]
      ),
      (.absent, ["not found", "manifest unknown", "name unknown", "does not exist"]),
    ]
    self = words.first { $0.1.contains(where: text.contains) }?.0 ?? .other
  }

  /// Nil when asking again changes nothing, and nothing was touched.
  var cause: Unknown.Cause? {
    switch self {
    case .absent, .platform: nil
    case .unauthorized: .unauthorized
    case .unreachable, .plainHTTP, .untrusted: .unreachable
    case .rateLimited: .rateLimited
    case .full, .other: .serverError
    }
  }

  func sentence(_ image: ImageReference, isSignedIn: Bool) -> String {
    let host = image.registry
    switch self {
    case .absent: return "the engine found no \(image) at \(host): was it pushed there?"
    case .platform:
      return "\(image) is not for the engine's platform: build it for that platform too"
    case .unauthorized:
      return "\(host) did not let the engine pull \(image), "
        + (isSignedIn ? "signed in as registries say" : "which was not signed in")
    case .unreachable:
      return "the engine cannot reach \(host), which is named as the engine's machine must know it"
    case .plainHTTP:
      return "\(host) speaks plain HTTP to the engine; name it in the engine's insecure-registries"
    case .untrusted:
      return "the engine does not trust the certificate of \(host); give the engine its authority"
    case .rateLimited: return "\(host) asked the engine to slow down"
    case .full: return "the engine's disk is full"
    case .other: return "the engine could not pull \(image); its log says why"
    }
  }
}
