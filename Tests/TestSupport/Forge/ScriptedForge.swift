import Foundation
import Synchronization
import Transport
public import Vocabulary

/// A forge in memory that answers as one of three kinds does, with their quirks, and misbehaves where a
/// test says so. It serves through ``withFaultyServer(_:_:)``, so what is tested is real HTTP.
public final class ScriptedForge: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// 1.22 to 1.24: no runs, skipped jobs are successes.
    case giteaOld
    /// 1.25 and newer.
    case gitea
    case forgejo
    case github

    public var isGitHub: Bool { self == .github }
  }

  /// One row that a check wrote.
  public struct Status: Sendable {
    public var context: String
    public var state: String
    public var description: String
    public var url: String
    /// On GitHub: written as a check run of this app, not as a status.
    public var app: Int64?
    /// The check suite of a check run; without one, all of an app are in the same.
    public var suite: Int64?

    public init(
      _ context: String, _ state: String, description: String = "", url: String = "",
      app: Int64? = nil, suite: Int64? = nil
    ) {
      self.context = context
      self.state = state
      self.description = description
      self.url = url
      self.app = app
      self.suite = suite
    }
  }

  public struct Run: Sendable {
    public var file: String
    public var branch: String
    public var commit: Commit
    public var event: String
    /// A conclusion, or a word for not having ended.
    public var word: String
    public var attempt: Int
    public var isStarted: Bool
    public var jobs: [(name: String, conclusion: String, log: String)] = []

    public init(
      _ file: String, _ word: String, of commit: Commit, on branch: String = "main",
      event: String = "push", attempt: Int = 1, isStarted: Bool = true
    ) {
      self.file = file
      self.branch = branch
      self.commit = commit
      self.event = event
      self.word = word
      self.attempt = attempt
      self.isStarted = isStarted
    }
  }

  public struct State: Sendable {
    /// Oldest first, each the child of the one before.
    public var commits: [Commit] = []
    /// Commits beside the line, by the number of the one they branch off from; -1 shares nothing.
    public var strays: [Commit: Int] = [:]
    public var files: [Commit: [String]] = [:]
    public var branches: [String: Commit] = [:]
    public var tags: [String: Commit] = [:]
    /// In the order they were written.
    public var statuses: [Commit: [Status]] = [:]
    public var runs: [Run] = []
    public var variables: [String: String] = [:]
    public var organizationVariables: [String: String] = [:]
    public var isOrganization = true
    public var requiredContexts: [String] = []
    public var issues: [Int: String] = [:]
    /// When every issue was opened.
    public var issuesOpened = "2026-11-20"
    public var pulls: [Int: (title: String, messages: [String])] = [:]
    public var secrets: [String] = []
    /// Of each runner the one it has.
    public var runnerLabels: [String] = []
    /// More rows than this are never on one page, whatever is asked for.
    public var pageRowsMax = 50
    /// Whether lists begin with the oldest row.
    public var isOldestFirst = false
    /// Whether lists say how many rows there are.
    public var announcesTotals = true
    /// Whether the credential sees the repository.
    public var isVisible = true
    /// What was posted, in order: the path and the body.
    public var posted: [(path: String, body: String)] = []
    /// Answers that replace the proper one, by a piece of the target; the first that fits.
    public var faults: [(piece: String, reply: FaultyServer.Reply)] = []
    /// How many requests came.
    public var count = 0
    /// Sees each request before it is answered, and may change what the answer is. It must not block.
    public var onRequest: (@Sendable (_ target: String, inout State) -> Void)?
  }

  public let kind: Kind
  public static let repository = "acme/platform"
  /// Where GitHub keeps logs, apart from its API.
  static let logs = "/storage/logs/"
  private let state: Mutex<State>

  public init(_ kind: Kind, _ set: (inout State) -> Void = { _ in }) {
    self.kind = kind
    var initial = State()
    if kind.isGitHub { initial.pageRowsMax = 100 }
    set(&initial)
    state = Mutex(initial)
  }

  public func change(_ set: (inout sending State) -> Void) { state.withLock { set(&$0) } }

  public var now: State { state.withLock { $0 } }

  /// Below which path its API lies.
  public var prefix: String { kind.isGitHub ? "/api/v3" : "/api/v1" }

  /// Answers one request.
  public func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
    state.withLock { state in
      state.count += 1
      state.onRequest?(received.target, &state)
      if let fault = state.faults.first(where: { received.target.contains($0.piece) }) {
        return fault.reply
      }
      if kind.isGitHub, received.target.hasPrefix(Self.logs) {
        return RecordReplies.log(of: String(received.target.dropFirst(Self.logs.count)), state)
      }
      guard received.target.hasPrefix(prefix + "/") else {
        return .answer(
          404, headers: [HTTPHeader("Content-Type", "text/plain")],
          body: Array("404 page not found".utf8))
      }
      let request = ForgeRequest(received, below: prefix)
      if received.method != "GET" {
        state.posted.append((request.path, String(decoding: received.body, as: UTF8.self)))
      }
      return kind.isGitHub
        ? GitHubReplies(state: state).reply(to: request)
        : GiteaReplies(kind: kind, state: state).reply(to: request)
    }
  }
}

/// A request, taken apart.
struct ForgeRequest {
  let method: String
  /// Below the root of the API, unescaped.
  let path: String
  let segments: [String]
  let query: [String: String]
  let headers: [HTTPHeader]
  let body: [UInt8]

  init(_ received: FaultyServer.Received, below prefix: String) {
    method = received.method
    let parts = received.target.dropFirst(prefix.count).split(separator: "?", maxSplits: 1)
    segments = parts[0].split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
    path = "/" + segments.joined(separator: "/")
    var query: [String: String] = [:]
    for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query[String(sides[0])] = sides.count > 1 ? String(sides[1]).removingPercentEncoding : ""
    }
    self.query = query
    headers = received.headers
    body = received.body
  }

  /// What follows `/repos/acme/platform`; nil for anything else.
  var ofRepository: [String]? {
    segments.starts(with: ["repos", "acme", "platform"]) ? Array(segments.dropFirst(3)) : nil
  }

  /// The page that is asked for, of rows that are in order.
  func page<Row>(of rows: [Row], size: String, max rowsMax: Int) -> [Row] {
    let number = Int(query["page"] ?? "") ?? 1
    let rowsPerPage = min(Int(query[size] ?? "") ?? 30, rowsMax)
    return Array(rows.dropFirst((number - 1) * rowsPerPage).prefix(rowsPerPage))
  }
}

extension FaultyServer.Reply {
  /// A JSON answer; `document` is made of dictionaries, lists, strings and numbers.
  static func json(_ document: Any, status: Int = 200, headers: [HTTPHeader] = []) -> Self {
    let body =
      (try? JSONSerialization.data(
        withJSONObject: document, options: [.fragmentsAllowed, .sortedKeys])) ?? Data()
    return .answer(
      status, headers: [HTTPHeader("Content-Type", "application/json;charset=utf-8")] + headers,
      body: Array(body))
  }

  static var missing: Self { .json(["message": "not found", "errors": NSNull()], status: 404) }
}

extension ScriptedForge.State {
  /// How many commits `head` has that `base` lacks; nil when one of them is unknown.
  func count(in head: String, not base: String) -> Int? {
    guard let head = depths(head), let base = depths(base) else { return nil }
    return head.filter { !base.contains($0) }.count
  }

  /// A commit and all its ancestors; nil when it is unknown.
  func depths(_ sha: String) -> [Commit]? {
    guard let commit = try? Commit(parsing: sha) else { return nil }
    if let index = commits.firstIndex(of: commit) { return Array(commits[...index]) }
    return strays[commit].map { [commit] + commits.prefix($0 + 1) }
  }

  func knows(_ sha: String) -> Bool { depths(sha) != nil }

  /// The full commit that `sha` begins.
  func commit(_ sha: String) -> Commit? {
    (commits + strays.keys).first { sha.utf8.count >= 7 && $0.text.hasPrefix(sha) }
  }

  /// The commits of `head` that `base` lacks.
  func commits(in head: String, not base: String) -> [Commit]? {
    guard let head = depths(head), let base = depths(base) else { return nil }
    return head.filter { !base.contains($0) }
  }
}
