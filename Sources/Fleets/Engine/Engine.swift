import Transport
import Vocabulary

/// A container engine that has said which version of its API it speaks (Docker Engine API).
struct Engine: Sendable {
  /// One answer, with its document.
  struct Answer: Sendable {
    let status: Int
    let bytes: [UInt8]

    var document: EngineValue { EngineValue(bytes) ?? .null }
    /// What an engine says about a refusal.
    var message: String { document["message"]?.text ?? "" }
    var isSuccess: Bool { (200..<300).contains(status) }
  }

  /// One call: what is asked for, and how long it may take.
  struct Call: Sendable {
    var method = HTTPRequest.Method.get
    /// Below the version: `/containers/json`.
    let path: String
    var query: [(String, String)] = []
    var body: EngineValue?
    var time = TimeSpan.seconds(30)
    var registryAuthorization: Secret<String>?

    static func get(_ path: String, _ query: [(String, String)] = []) -> Call {
      Call(path: path, query: query)
    }

    static func post(
      _ path: String, _ query: [(String, String)] = [], body: EngineValue? = nil
    ) -> Call {
      Call(method: .post, path: path, query: query, body: body)
    }

    static func delete(_ path: String, _ query: [(String, String)] = []) -> Call {
      Call(method: .delete, path: path, query: query)
    }
  }

  /// The oldest and the newest version of the API that this program knows.
  static let versions = (oldest: APIVersion(1, 40), newest: APIVersion(1, 47))
  private static let answerBytesMax = 16 << 20

  let address: EngineAddress
  let connections: Connections
  let version: APIVersion
  /// What it runs: `linux/amd64`.
  let platform: String

  /// Asks the engine what it speaks.
  static func reach(
    _ address: EngineAddress, _ connections: Connections
  ) async throws(Unknown) -> Engine {
    let asking = Engine(
      address: address, connections: connections, version: versions.newest, platform: "")
    let answer = try await asking.send(.get("/version"), below: "")
    guard answer.status == 200, let newest = answer.document["ApiVersion"]?.text,
      let newest = APIVersion(newest)
    else {
      throw Unknown(
        .malformed,
        "expected a container engine at \(address.name), found something else (\(answer.status))")
    }
    let oldest = answer.document["MinAPIVersion"]?.text.flatMap { APIVersion($0) } ?? newest
    let version = min(newest, versions.newest)
    guard version >= versions.oldest, version >= oldest else {
      throw Unknown(
        .unanswerable,
        "expected an engine at \(address.name) that speaks API \(versions.oldest) to "
          + "\(versions.newest), found \(oldest) to \(newest): use another engine or another pawl")
    }
    let system = answer.document["Os"]?.text ?? "linux"
    let architecture = answer.document["Arch"]?.text ?? ""
    return Engine(
      address: address, connections: connections, version: version,
      platform: "\(system)/\(architecture)")
  }

  /// Sends `call`; every status is an answer. Reads are repeated when nothing came back, the rest is sent
  /// once.
  func send(_ call: Call) async throws(Unknown) -> Answer {
    try await send(call, below: "/v\(version)")
  }

  private func send(_ call: Call, below root: String) async throws(Unknown) -> Answer {
    let query = call.query.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
    guard let target = RequestTarget(root + call.path + (query.isEmpty ? "" : "?" + query)) else {
      throw Unknown(.unanswerable, "'\(call.path)' cannot be asked of an engine")
    }
    var request = address.request(call.method, target)
    request.registryAuthorization = call.registryAuthorization
    if let body = call.body {
      request.headers = [HTTPHeader("Content-Type", "application/json")]
      request.body = body.bytes
    }
    let isRead = call.method == .get
    request.repetition = isRead ? .freely : .once
    let time = call.time.duration
    let limits = HTTPLimits(
      bodyBytesMax: Self.answerBytesMax, attempt: time, total: isRead ? time * 2 : time,
      retry: isRead ? .reads : .none)
    switch await connections.exchange(request, limits: limits) {
    case .success(let answer):
      return Answer(status: answer.status, bytes: answer.body)
    case .failure(let failure) where failure.delivery == .neverSent:
      throw Unknown(
        .unreachable,
        "no container engine answers at \(address.name): is it running, and may this user reach it?"
      )
    case .failure(let failure):
      throw Unknown(failure.unknown.cause, "engine at \(address.name): \(failure.unknown.detail)")
    }
  }

  /// Why a call was refused, for a refusal there is no better word for. The engine's own words stay out:
  /// they repeat whatever they were sent.
  func refusal(_ what: String, _ answer: Answer) -> Unknown {
    Unknown(
      Unknown.Cause(status: answer.status),
      "engine at \(address.name) refused to \(what) with status \(answer.status); its log says why")
  }

  /// `text` as a value in a query (RFC 3986, 2.1).
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}

/// A version of the engine's API: `1.41`.
struct APIVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  let major: Int
  let minor: Int

  init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
    self.init(major, minor)
  }

  var description: String { "\(major).\(minor)" }

  static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
