import Capabilities
import Control
import Decisions
import Forges
import Presentation
import Transport
import Vocabulary

/// The three questions of the reference helper to its forge, asked through the real reader.
struct CompatGates {
  let environment: CompatEnvironment
  let connections: Connections
  let clock: SystemClock
  let say: @Sendable (String) -> Void

  // MARK: assert-enabled

  /// - Throws: when production is off, or when that cannot be told.
  func assertEnabled() async throws(CompatFailure) {
    let name = CompatEnvironment.killSwitch
    guard !environment.isOn(name.text) else {
      throw CompatFailure("production auto-deploy is off: \(name) was on when the job started")
    }
    guard let forge = try openForge() else {
      throw CompatFailure(
        "expected GITEA_TOKEN, found it unset: whether production auto-deploy is off cannot be told"
      )
    }
    switch await forge.variable(name, at: .repository) {
    case .absent: return
    case .found(let text):
      // Anything but a word for on has always been off here.
      guard TruthWord(text) == .on else { return }
      throw CompatFailure("production auto-deploy is off: \(name) is on now")
    case .unknown(let why) where why.cause == .forbidden:
      say(
        WorkflowCommand.annotation(
          .warning, title: "degraded kill switch",
          "\(name) may not be read, so its value at the start of the job is used: \(why)"))
    case .unknown(let why):
      throw CompatFailure("whether production auto-deploy is off cannot be told: \(why)")
    }
  }

  // MARK: wait-ci

  func waitForChecks() async throws(CompatFailure) {
    let commit = try environment.commit()
    let contexts = try environment.contexts()
    let pause = try environment.number(
      "CI_STATUS_POLL_INTERVAL_SECONDS", default: 15, in: 1...CompatEnvironment.secondsMax)
    let limit = try environment.number(
      "CI_STATUS_TIMEOUT_SECONDS", default: 1_800, in: 1...CompatEnvironment.secondsMax)
    guard let forge = try openForge() else {
      throw CompatFailure("expected GITEA_TOKEN, found it unset")
    }
    say(
      "waiting for \(contexts.count) checks of \(commit.short), at most \(limit) s, read every \(pause) s"
    )
    let alarms = Alarms(clock: ContinuousClock())
    let elapsed = alarms.stopwatch()
    var told = ""
    while true {
      let checks = try await read(forge, commit)
      let states = contexts.map { context in
        (context, checks.first { $0.context == context }.map(\.state))
      }
      let sentence = states.map { "\($0.0): \($0.1.map(\.word) ?? "missing")" }.joined(
        separator: "; ")
      if sentence != told { say(sentence) }
      told = sentence
      if states.allSatisfy({ $0.1 == .success }) { return }
      if let red = states.first(where: { $0.1?.isFinal == true && $0.1 != .success }) {
        throw CompatFailure("\(red.0) is \(red.1?.word ?? ""), expected success")
      }
      guard elapsed() + .seconds(Int64(pause)) <= .seconds(Int64(limit)) else {
        throw CompatFailure("not all green within \(limit) s: \(sentence)")
      }
      do { try await alarms.pause(for: .seconds(Int64(pause))) } catch {
        throw CompatFailure("interrupted: \(sentence)")
      }
    }
  }

  private func read(
    _ forge: any HostedForge, _ commit: Commit
  ) async throws(CompatFailure) -> [Check] {
    switch await forge.checks(of: commit) {
    case .found(let checks): return checks
    case .absent: throw CompatFailure("the repository does not know \(commit)")
    case .unknown(let why): throw CompatFailure("the statuses of \(commit) cannot be read: \(why)")
    }
  }

  // MARK: check-superseded

  /// The newer head, or nil when the commit is the latest, and also when that cannot be told.
  func newerHead() async -> Commit? {
    guard let sha = environment.text("GITHUB_SHA"), Self.beginsCommit(sha),
      let branch = try? BranchName(
        parsing: environment.text("GITHUB_REF_NAME", default: "main")),
      let forge = try? openForge(), case .found(let head) = await forge.head(of: branch)
    else { return nil }
    guard sha.utf8.count <= head.text.utf8.count else { return nil }
    return head.text.hasPrefix(sha.lowercased()) ? nil : head
  }

  /// What cannot be the beginning of any commit is no older one, but a mistake of the workflow. Fewer than
  /// seven digits are nobody's short name.
  private static func beginsCommit(_ sha: String) -> Bool {
    sha.utf8.count >= 7 && sha.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
  }

  // MARK: The forge

  /// Nil without a token. Every error but that is the person's.
  private func openForge() throws(CompatFailure) -> (any HostedForge)? {
    guard let token = environment.text("GITEA_TOKEN") else { return nil }
    let host = environment.text("GITEA_HOST", default: "git.moleculesai.app")
    do throws(Malformed) {
      let isLocal = try RegistryHost(parsing: host).isLoopback
      let root = try HTTPAddress(parsing: (isLocal ? "http://" : "https://") + host)
      let account = ForgeAccount(
        api: ForgeAccount.giteaAPI(at: root),
        repository: try ProjectName(
          parsing: environment.text("GITHUB_REPOSITORY", default: "molecule-ai/molecule-core")),
        credential: .token(Secret(token)))
      return GiteaForge(account, connections: connections, clock: clock)
    } catch {
      throw CompatFailure("GITEA_HOST or GITHUB_REPOSITORY is \(error)")
    }
  }
}

extension Check.State {
  /// As the forge's own list calls it.
  fileprivate var word: String {
    switch self {
    case .timedOut: "timed out"
    case .actionRequired: "waiting for a person"
    case .neverStarted: "failed without having started"
    case .unrecognised: "in an unknown state"
    case .success, .pending, .failure, .error, .cancelled, .skipped, .neutral, .stale: rawValue
    }
  }

  /// Whether waiting cannot change it.
  fileprivate var isFinal: Bool {
    switch self {
    case .success, .failure, .error, .cancelled, .skipped, .timedOut, .neutral: true
    case .pending, .actionRequired, .stale, .neverStarted, .unrecognised: false
    }
  }
}
