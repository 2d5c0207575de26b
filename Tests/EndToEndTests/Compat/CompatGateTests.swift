import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

/// The questions of the reference helper to its forge, on the real binary, against a scripted Gitea.
@Suite(.timeLimit(.minutes(2)))
struct CompatGateTests {
  private static let commit = Commit(normalized: CompatPlanTests.sha)
  private static let newer: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
  private static let contexts = [
    "CI / all-required (push)", "Secret scan / Scan diff for credential-shaped strings (push)",
  ]

  private final class Targets: Sendable {
    let seen = Mutex<[String]>([])
  }

  private func ask(
    _ command: String, with more: [String: String] = [:], token: String? = "t0ken",
    _ set: (inout ScriptedForge.State) -> Void = { _ in }
  ) async throws -> Ended {
    let forge = ScriptedForge(.giteaOld) { state in
      state.commits = [Self.commit, Self.newer]
      state.branches = ["main": Self.commit]
      set(&state)
    }
    return try await withFaultyServer({ forge.reply(to: $0) }) { server in
      var environment = [
        "GITHUB_SHA": Self.commit.text, "GITHUB_REPOSITORY": ScriptedForge.repository,
        "GITEA_HOST": server.host.text, "CI_STATUS_POLL_INTERVAL_SECONDS": "1",
        "CI_STATUS_TIMEOUT_SECONDS": "2",
      ]
      environment["GITEA_TOKEN"] = token
      return try await CompatPlanTests.run(command, with: environment.merging(more) { $1 })
    }
  }

  private static func json(_ status: Int) -> FaultyServer.Reply {
    .answer(
      status, headers: [HTTPHeader("Content-Type", "application/json")], body: Array("{}".utf8))
  }

  // MARK: assert-enabled

  @Test(
    arguments: [
      (nil, 0), ("true", 1), ("Disabled", 1), (" on\n", 1), ("off", 0), ("maybe", 0),
    ] as [(String?, Int32)])
  func `the live variable decides`(value: String?, code: Int32) async throws {
    let ended = try await ask("assert-enabled") {
      $0.variables["PROD_AUTO_DEPLOY_DISABLED"] = value
    }

    #expect(ended.code == code, "\(ended)")
    #expect(ended.output.isEmpty)
  }

  @Test(arguments: [(401, 1), (500, 1), (502, 1), (403, 0)] as [(Int, Int32)])
  func `a variable that cannot be read holds, and a forbidden one is degraded`(
    status: Int, code: Int32
  ) async throws {
    let ended = try await ask("assert-enabled") { $0.faults = [("variables", Self.json(status))] }

    #expect(ended.code == code, "\(ended)")
    #expect(ended.complaint.contains("::warning title=degraded kill switch::") == (status == 403))
  }

  @Test func `without a token, and without an answer, it cannot be told, which holds`()
    async throws
  {
    #expect(try await ask("assert-enabled", token: nil).code == 1)
    let ended = try await ask("assert-enabled", with: ["GITEA_HOST": "127.0.0.1:1"])
    #expect(ended.code == 1)
    #expect(ended.complaint.contains("cannot be told"), "\(ended)")
  }

  /// In a network of its own, where nothing can be reached: the message says what was tried.
  @Test func `the forge and the repository are the reference's where none is named`() async throws {
    let ended = try await process(
      "unshare", ["--net", try Programs.pawl(), "compat", "prod-auto-deploy", "assert-enabled"],
      environment: [
        "GITHUB_SHA": Self.commit.text, "GITEA_TOKEN": "t0ken", "SWIFT_BACKTRACE": "enable=no",
      ])
    if ended.complaint.contains("unshare failed") {
      try Test.cancel("this machine permits no network of one's own: \(ended)")
    }

    #expect(ended.code == 1, "\(ended)")
    #expect(
      ended.complaint.contains(
        "https://git.moleculesai.app/api/v1/repos/molecule-ai/molecule-core/"),
      "\(ended)")
  }

  @Test func `a live variable that a token may not read does not clear the start's`() async throws {
    let ended = try await ask(
      "assert-enabled", with: ["PROD_AUTO_DEPLOY_DISABLED": "on"]
    ) { $0.faults = [("variables", Self.json(403))] }

    #expect(ended.code == 1, "\(ended)")
  }

  // MARK: wait-ci

  private func waiting(_ states: [String], with more: [String: String] = [:]) async throws -> Ended
  {
    try await ask("wait-ci", with: more) { state in
      state.statuses[Self.commit] = zip(Self.contexts, states).map { ScriptedForge.Status($0, $1) }
    }
  }

  @Test func `with nothing set, it waits half an hour and reads every quarter of a minute`()
    async throws
  {
    let ended = try await ask(
      "wait-ci", with: ["CI_STATUS_POLL_INTERVAL_SECONDS": "", "CI_STATUS_TIMEOUT_SECONDS": ""]
    ) { state in
      state.statuses = [Self.commit: Self.contexts.map { ScriptedForge.Status($0, "success") }]
    }

    #expect(ended.code == 0, "\(ended)")
    #expect(ended.complaint.contains("2 checks of 7a72516f7e7b, at most 1800 s, read every 15 s"))
  }

  @Test(arguments: [
    (["GITHUB_REPOSITORY": ""], "/api/v1/repos/molecule-ai/molecule-core/branches/main"),
    (["GITHUB_REF_NAME": "release/1.x"], "/api/v1/repos/acme/platform/branches/release%2F1.x"),
    (["GITHUB_REF_NAME": ""], "/api/v1/repos/acme/platform/branches/main"),
  ])
  func `the repository and the branch that are asked about`(
    more: [String: String], target: String
  ) async throws {
    let targets = Targets()
    _ = try await ask("check-superseded", with: more) { state in
      state.onRequest = { target, _ in targets.seen.withLock { $0.append(target) } }
    }

    #expect(targets.seen.withLock { $0.first } == target)
  }

  @Test func `both contexts green is green`() async throws {
    #expect(try await waiting(["success", "success"]).code == 0)
  }

  @Test(arguments: ["failure", "error", "cancelled", "canceled", "skipped"])
  func `a final state that is not success fails at once`(state: String) async throws {
    let ended = try await waiting(
      ["success", state],
      with: ["CI_STATUS_TIMEOUT_SECONDS": "", "CI_STATUS_POLL_INTERVAL_SECONDS": ""])

    #expect(ended.code == 1)
    let word = state == "canceled" ? "cancelled" : state
    #expect(ended.complaint.contains("(push) is \(word), expected success"), "\(ended)")
    #expect(ended.output.isEmpty)
  }

  @Test func `a context that turns green while it waits opens, and each change is told once`()
    async throws
  {
    let ended = try await ask("wait-ci", with: ["CI_STATUS_TIMEOUT_SECONDS": "60"]) { state in
      let green = Self.contexts.map { ScriptedForge.Status($0, "success") }
      state.statuses[Self.commit] = [green[0], ScriptedForge.Status(Self.contexts[1], "pending")]
      state.onRequest = { target, state in
        guard target.contains("/statuses") else { return }
        state.count += 1_000
        if state.count > 3_000 { state.statuses[Self.commit, default: []].append(green[1]) }
      }
    }

    #expect(ended.code == 0, "\(ended)")
    let told = ended.complaint.split(separator: "\n").filter { $0.hasPrefix("CI / ") }
    #expect(
      told == [
        "\(Self.contexts[0]): success; \(Self.contexts[1]): pending",
        "\(Self.contexts[0]): success; \(Self.contexts[1]): success",
      ])
  }

  @Test(arguments: [
    (["GITEA_TOKEN": ""], "expected GITEA_TOKEN, found it unset"),
    (["GITHUB_SHA": ""], "expected GITHUB_SHA, found it unset"),
    (["GITHUB_SHA": "7a72516"], "GITHUB_SHA is"),
    (["GITEA_HOST": "127.0.0.1:1"], "cannot be read"),
    (["GITEA_HOST": "no host"], "GITEA_HOST or GITHUB_REPOSITORY is"),
    (["GITHUB_REPOSITORY": "platform"], "GITEA_HOST or GITHUB_REPOSITORY is"),
  ])
  func `what it cannot do without is one line of error`(
    more: [String: String], words: String
  ) async throws {
    let ended = try await waiting(["success", "success"], with: more)

    #expect(ended.code == 1, "\(ended)")
    let errors = ended.complaint.split(separator: "\n").filter { $0.hasPrefix("::error") }
    #expect(errors.count == 1)
    #expect(errors.first?.contains(words) == true, "\(ended)")
  }

  @Test func `a list of contexts that is only blank is the default`() async throws {
    let blank = ["PROD_AUTO_DEPLOY_REQUIRED_CONTEXTS": " \n "]

    #expect(try await waiting(["success", "success"], with: blank).code == 0)
    #expect(try await waiting(["success", "failure"], with: blank).code == 1)
  }

  @Test(arguments: [["success"], ["success", "pending"], ["pending", "success"]])
  func `missing and pending wait until the time is up, and the last states are named`(
    states: [String]
  )
    async throws
  {
    let ended = try await waiting(states)

    #expect(ended.code == 1)
    #expect(
      ended.complaint.contains("not all green within 2 s: CI / all-required (push): "), "\(ended)")
  }

  @Test func `contexts are a list of commas and lines`() async throws {
    let names = ["PROD_AUTO_DEPLOY_REQUIRED_CONTEXTS": " CI / all-required (push) ,\n"]

    #expect(try await waiting(["success"], with: names).code == 0)
  }

  @Test func `a list that names nothing is refused before anything is read`() async throws {
    let ended = try await waiting(
      ["success", "success"], with: ["PROD_AUTO_DEPLOY_REQUIRED_CONTEXTS": ", ,"])

    #expect(ended.code == 1)
    #expect(ended.complaint.contains("found none in a list that is not empty"))
  }

  @Test func `a hundred and fifteen rows are read to the last, and a page that fails aborts`()
    async throws
  {
    let rows =
      Self.contexts.map { ScriptedForge.Status($0, "success") }
      + (0..<113).map { ScriptedForge.Status("job \($0)", "pending") }
    #expect(try await ask("wait-ci") { $0.statuses[Self.commit] = rows }.code == 0)

    let ended = try await ask("wait-ci") {
      $0.statuses[Self.commit] = rows
      $0.faults = [("page=2", Self.json(502))]
    }
    #expect(ended.code == 1)
    #expect(ended.complaint.contains("page 2"))
  }

  @Test(arguments: [
    ("CI_STATUS_POLL_INTERVAL_SECONDS", "0"), ("CI_STATUS_TIMEOUT_SECONDS", "0"),
    ("CI_STATUS_TIMEOUT_SECONDS", "soon"), ("CI_STATUS_TIMEOUT_SECONDS", "86401"),
    ("CI_STATUS_TIMEOUT_SECONDS", "9223372036854775807"),
    ("CI_STATUS_POLL_INTERVAL_SECONDS", "9223372036854775807"),
  ])
  func `a time that is too short or too long is an error`(name: String, value: String) async throws
  {
    // Pending, so that the times are added up if they are taken.
    let ended = try await waiting(["success", "pending"], with: [name: value])

    #expect(ended.code == 1, "\(ended)")
    #expect(ended.complaint.contains("\(name): expected a whole number"), "\(ended)")
  }

  // MARK: check-superseded

  @Test func `a newer head supersedes, and is printed`() async throws {
    let ended = try await ask("check-superseded") { $0.branches["main"] = Self.newer }

    #expect(ended.code == 0)
    #expect(ended.output == "\(Self.newer)\n")
  }

  @Test(arguments: [
    [:], ["GITHUB_SHA": CompatPlanTests.sha.uppercased()], ["GITHUB_SHA": "7a72516"],
    ["GITHUB_SHA": ""], ["GITHUB_REF_NAME": "gone"], ["GITEA_HOST": "127.0.0.1:1"],
  ])
  func `the same head, and every doubt, is the latest`(more: [String: String]) async throws {
    let ended = try await ask("check-superseded", with: more)

    #expect(ended.code == 10, "\(ended)")
    #expect(ended.output.isEmpty)
  }

  @Test(arguments: [
    "zzz", "7f2537", "7a72516f7e7ba1a710c4f393fef08be8d22e186g", "main", "7a72516 ", "７ａ７２５１６",
    CompatPlanTests.sha + CompatPlanTests.sha,
  ])
  func `what is no commit at all is never called superseded`(sha: String) async throws {
    let ended = try await ask("check-superseded", with: ["GITHUB_SHA": sha]) {
      $0.branches["main"] = Self.newer
    }

    #expect(ended.code == 10, "\(ended)")
    #expect(ended.output.isEmpty)
  }

  @Test func `without a token it is the latest`() async throws {
    let ended = try await ask("check-superseded", token: nil) { $0.branches["main"] = Self.newer }

    #expect(ended.code == 10)
  }
}
