import Synchronization
import Transport
public import Vocabulary

/// A registry in memory that stores what it is sent, and does to one request what a test wants done to it.
///
/// It speaks as much of the protocol as pawl uses (distribution-spec). Being in memory, it can be looked at
/// and brought into any state, which no real registry lets a test do.
public final class MemoryRegistry: Sendable {
  /// What happens to one request.
  public enum Fault: String, Sendable, CaseIterable {
    case resetBefore, resetAfter, answerLost, tooMany, tooManyForASecond, unavailable, unauthorized
    case forbidden, altered, truncated, slow, missing

    /// Whether it is another one than ``resetAfter`` for a request that changes nothing.
    public func differs(for request: String) -> Bool {
      let isRead = request.hasPrefix("GET ") || request.hasPrefix("HEAD ")
      return !isRead || (self != .resetBefore && self != .answerLost)
    }

    /// Whether the request is obeyed.
    var isObeyed: Bool {
      switch self {
      case .resetAfter, .answerLost, .altered, .truncated, .slow: true
      case .resetBefore, .tooMany, .tooManyForASecond, .unavailable, .unauthorized, .forbidden,
        .missing:
        false
      }
    }
  }

  struct Stored: Sendable {
    let type: String
    let bytes: [UInt8]
  }

  private struct State {
    var manifests: [String: Stored] = [:]
    var blobs: [String: [UInt8]] = [:]
    var tags: [String: String] = [:]
    var uploads = 0
    var requests: [String] = []
    var faults: [Int: Fault] = [:]
    /// From this request on nothing is answered any more.
    var end: Int?
    /// Where the tokens are made that it lets people in with; nil lets everybody in.
    var realm: HTTPAddress?
  }

  private let state = Mutex(State())
  private let canRemoveTags: Bool
  private let setsManyTags: Bool
  private let namesDigests: Bool

  /// - Parameters:
  ///   - setsManyTags: whether it knows `?tag=`, and says so.
  ///   - namesDigests: whether it names the digest beside a manifest, and not only in answer to HEAD.
  public init(
    canRemoveTags: Bool = true, setsManyTags: Bool = false, namesDigests: Bool = true
  ) {
    self.canRemoveTags = canRemoveTags
    self.setsManyTags = setsManyTags
    self.namesDigests = namesDigests
  }

  // MARK: Looking and preparing

  /// Everything it was asked, in order: `PUT /v2/acme/platform/manifests/latest`.
  public var requests: [String] { state.withLock { $0.requests } }

  /// Puts an image there, with all it needs.
  public func hold(_ manifest: BuiltManifest, in repository: RepositoryName, tags: [TagName] = []) {
    for child in manifest.children { hold(child, in: repository) }
    state.withLock { state in
      for blob in manifest.blobs { state.blobs["\(repository)@\(digest(of: blob))"] = blob }
      state.manifests["\(repository)@\(manifest.digest)"] = Stored(
        type: manifest.mediaType, bytes: manifest.bytes)
      for tag in tags { state.tags["\(repository):\(tag)"] = manifest.digest.text }
    }
  }

  /// Its collector was too eager.
  public func loseBlobs(of repository: RepositoryName) {
    state.withLock { state in
      state.blobs = state.blobs.filter { !$0.key.hasPrefix("\(repository)@") }
    }
  }

  /// Its collector took a manifest that something names.
  public func loseManifest(_ digest: Digest, of repository: RepositoryName) {
    state.withLock { _ = $0.manifests.removeValue(forKey: "\(repository)@\(digest)") }
  }

  /// What a tag shows.
  public func shown(_ repository: RepositoryName, _ tag: TagName) -> String? {
    state.withLock { $0.tags["\(repository):\(tag)"] }
  }

  /// The bytes of a manifest, by its digest.
  public func bytes(_ repository: RepositoryName, _ digest: String) -> [UInt8]? {
    state.withLock { $0.manifests["\(repository)@\(digest)"]?.bytes }
  }

  /// Whether an image is there with all it needs.
  public func isWhole(_ manifest: BuiltManifest, in repository: RepositoryName) -> Bool {
    manifest.children.allSatisfy { isWhole($0, in: repository) }
      && state.withLock { state in
        state.manifests["\(repository)@\(manifest.digest)"]?.bytes == manifest.bytes
          && manifest.blobs.allSatisfy { state.blobs["\(repository)@\(digest(of: $0))"] != nil }
      }
  }

  /// Forgets the requests and their faults, and gives the one that comes as number `index` a new one.
  public func strike(_ index: Int?, with fault: Fault) {
    state.withLock { state in
      state.requests = []
      state.end = nil
      state.faults = index.map { [$0: fault] } ?? [:]
    }
  }

  /// From request number `index` on, whoever asks is dead and hears nothing; what he sent is not obeyed.
  public func end(before index: Int?) {
    state.withLock { state in
      state.requests = []
      state.faults = [:]
      state.end = index
    }
  }

  /// Whether somebody has asked after the end.
  public var hasEnded: Bool {
    state.withLock { state in state.end.map { state.requests.count > $0 } ?? false }
  }

  /// From now on only whoever brings a token of the service there is let in.
  public func demandTokens(of realm: HTTPAddress) { state.withLock { $0.realm = realm } }

  // MARK: Answering

  public func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
    let fault: Fault? = state.withLock { state in
      let index = state.requests.count
      state.requests.append("\(received.method) \(received.target)")
      if let end = state.end, index >= end { return .resetBefore }
      return state.faults[index]
    }
    return fault.map { $0.applied(to: answer(to: received)) } ?? answer(to: received)
  }

  private func answer(to received: FaultyServer.Received) -> FaultyServer.Reply {
    if let realm = state.withLock({ $0.realm }),
      received.value(of: "authorization") != MemoryTokens.field
    {
      return .answer(
        401,
        headers: [
          HTTPHeader("WWW-Authenticate", "Bearer realm=\"\(realm)/token\",service=\"memory\"")
        ])
    }
    let pieces = received.target.split(separator: "?", maxSplits: 1)
    let path = String(pieces[0])
    let query = pieces.count > 1 ? String(pieces[1]) : ""
    guard path.hasPrefix("/v2/") else { return .answer(404) }
    let rest = path.dropFirst("/v2/".count)
    for (kind, handle) in [
      ("/manifests/", manifest), ("/blobs/uploads/", upload), ("/blobs/", blob), ("/tags/", tags),
    ] {
      guard let place = rest.firstRange(of: kind) else { continue }
      let repository = String(rest[..<place.lowerBound])
      return handle(received, repository, String(rest[place.upperBound...]), query)
    }
    return .answer(404)
  }

  private static func refusal(_ status: Int, _ code: String) -> FaultyServer.Reply {
    .answer(status, body: Array(#"{"errors":[{"code":"\#(code)"}]}"#.utf8))
  }

  private func tags(
    _ received: FaultyServer.Received, _ repository: String, _ name: String, _ query: String
  ) -> FaultyServer.Reply {
    .answer(200, body: Array(#"{"tags":[]}"#.utf8))
  }

  private func manifest(
    _ received: FaultyServer.Received, _ repository: String, _ name: String, _ query: String
  ) -> FaultyServer.Reply {
    state.withLock { state in
      let isDigest = name.contains(":")
      let key = isDigest ? name : state.tags["\(repository):\(name)"] ?? ""
      switch received.method {
      case "GET", "HEAD":
        guard let stored = state.manifests["\(repository)@\(key)"] else {
          return Self.refusal(404, "MANIFEST_UNKNOWN")
        }
        let named =
          namesDigests || received.method == "HEAD"
          ? [HTTPHeader("Docker-Content-Digest", key)] : []
        return .answer(
          200, headers: [HTTPHeader("Content-Type", stored.type)] + named, body: stored.bytes)
      case "PUT":
        let content = digest(of: received.body)
        guard !isDigest || name == content.text else { return Self.refusal(400, "DIGEST_INVALID") }
        if let missing = Self.missing(received.body, repository, state) {
          return Self.refusal(400, missing)
        }
        state.manifests["\(repository)@\(content)"] = Stored(
          type: received.value(of: "content-type") ?? "", bytes: received.body)
        if !isDigest { state.tags["\(repository):\(name)"] = content.text }
        let tags =
          setsManyTags ? query.split(separator: "&").map { $0.dropFirst("tag=".count) } : []
        for tag in tags { state.tags["\(repository):\(tag)"] = content.text }
        return .answer(
          201,
          headers: [HTTPHeader("Docker-Content-Digest", content.text)]
            + tags.map { HTTPHeader("OCI-Tag", String($0)) })
      case "DELETE":
        guard !isDigest, canRemoveTags else { return Self.refusal(400, "UNSUPPORTED") }
        guard state.tags.removeValue(forKey: "\(repository):\(name)") != nil else {
          return Self.refusal(404, "MANIFEST_UNKNOWN")
        }
        return .answer(202)
      default: return .answer(405)
      }
    }
  }

  /// What a manifest names and is not there: content is taken only when all of it can be served.
  private static func missing(_ bytes: [UInt8], _ repository: String, _ state: State) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    let isIndex = text.contains("\"manifests\"")
    for piece in text.split(separator: "sha256:").dropFirst() {
      let name = "\(repository)@sha256:\(piece.prefix(64))"
      let isThere = isIndex ? state.manifests[name] != nil : state.blobs[name] != nil
      // The config's own text is not part of the manifest, and annotations name what the index lists.
      if !isThere, piece.count > 64 { return "MANIFEST_BLOB_UNKNOWN" }
    }
    return nil
  }

  private func blob(
    _ received: FaultyServer.Received, _ repository: String, _ name: String, _ query: String
  ) -> FaultyServer.Reply {
    guard let bytes = state.withLock({ $0.blobs["\(repository)@\(name)"] }) else {
      return Self.refusal(404, "BLOB_UNKNOWN")
    }
    return .answer(
      200, headers: [HTTPHeader("Content-Type", "application/octet-stream")], body: bytes)
  }

  private func upload(
    _ received: FaultyServer.Received, _ repository: String, _ name: String, _ query: String
  ) -> FaultyServer.Reply {
    state.withLock { state in
      switch received.method {
      case "POST":
        let values = Self.values(query)
        if let mount = values["mount"], let from = values["from"],
          let bytes = state.blobs["\(from)@\(mount)"]
        {
          state.blobs["\(repository)@\(mount)"] = bytes
          return .answer(201)
        }
        state.uploads += 1
        return .answer(
          202, headers: [HTTPHeader("Location", "/v2/\(repository)/blobs/uploads/\(state.uploads)")]
        )
      case "PUT":
        let content = digest(of: received.body)
        guard Self.values(query)["digest"]?.replacing("%3A", with: ":") == content.text else {
          return Self.refusal(400, "DIGEST_INVALID")
        }
        state.blobs["\(repository)@\(content)"] = received.body
        return .answer(201)
      case "DELETE": return .answer(204)
      default: return .answer(405)
      }
    }
  }

  private static func values(_ query: String) -> [String: String] {
    var values: [String: String] = [:]
    for pair in query.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      values[sides[0]] = sides.count > 1 ? sides[1].replacing("%2F", with: "/") : ""
    }
    return values
  }
}

/// Hands out tokens, and does to one request what a test wants done to it.
public final class MemoryTokens: Sendable {
  private struct State {
    var requests = 0
    var fault: (index: Int, fault: MemoryRegistry.Fault)?
  }

  /// What a registry is shown.
  static let field = "Bearer a-token-of-the-tests"

  private let state = Mutex(State())

  public init() {}

  /// How many tokens it was asked for.
  public var requests: Int { state.withLock { $0.requests } }

  /// Counts anew, and gives the request that comes as number `index` a fault.
  public func strike(_ index: Int?, with fault: MemoryRegistry.Fault) {
    state.withLock { $0 = State(fault: index.map { ($0, fault) }) }
  }

  public func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
    let fault = state.withLock { state -> MemoryRegistry.Fault? in
      defer { state.requests += 1 }
      return state.fault?.index == state.requests ? state.fault?.fault : nil
    }
    let reply = FaultyServer.Reply.answer(
      200, headers: [HTTPHeader("Content-Type", "application/json")],
      body: Array(#"{"token":"a-token-of-the-tests","expires_in":3600}"#.utf8))
    return fault.map { $0.applied(to: reply) } ?? reply
  }
}

extension MemoryRegistry.Fault {
  /// What comes back instead; `reply` is asked for only when the request is obeyed.
  fileprivate func applied(to reply: @autoclosure () -> FaultyServer.Reply) -> FaultyServer.Reply {
    isObeyed ? change(reply()) : refusal
  }

  /// What comes back when the request is not obeyed.
  fileprivate var refusal: FaultyServer.Reply {
    switch self {
    case .tooMany: .answer(429)
    case .tooManyForASecond: .answer(429, headers: [HTTPHeader("Retry-After", "1")])
    case .unavailable: .answer(503)
    case .unauthorized: .answer(401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"x\"")])
    case .forbidden: .answer(403, body: Array(#"{"errors":[{"code":"DENIED"}]}"#.utf8))
    case .missing: .answer(404, body: Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#.utf8))
    case .resetBefore, .resetAfter, .answerLost, .altered, .truncated, .slow: .reset
    }
  }

  /// What becomes of the right answer on its way.
  fileprivate func change(_ reply: FaultyServer.Reply) -> FaultyServer.Reply {
    guard case .answer(let status, let headers, let body) = reply else { return reply }
    switch self {
    case .resetAfter: return .reset
    case .answerLost: return .close
    case .altered:
      return .answer(status, headers: headers, body: body.isEmpty ? body : body + [0x20])
    case .truncated:
      return .truncated(
        status, headers: headers, body: Array(body.prefix(body.count / 2)),
        announced: max(body.count, 1))
    case .slow: return .delayed(.answer(status, headers: headers, body: body))
    case .resetBefore, .tooMany, .tooManyForASecond, .unavailable, .unauthorized, .forbidden,
      .missing:
      return reply
    }
  }
}
