import Capabilities
import Forges
import Synchronization
import TestSupport
import Transport
import Vocabulary

typealias Kind = ScriptedForge.Kind
typealias Status = ScriptedForge.Status
typealias Run = ScriptedForge.Run

/// A wall clock that a test sets.
final class SetClock: WallClock {
  private let moment: Mutex<Timestamp>

  init(_ text: String = "2026-06-12T22:00:00Z") {
    moment = Mutex(Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0))
  }

  func now() -> Timestamp { moment.withLock { $0 } }
  func advance(by span: TimeSpan) { moment.withLock { $0 = $0.advanced(by: span) } }
}

/// What a reader remarked, in order.
final class Remarks: Sendable {
  private let said = Mutex<[String]>([])

  var all: [String] { said.withLock { $0 } }

  @Sendable func note(_ text: String) { said.withLock { $0.append(text) } }
}

/// A reader under test, and what it reads.
struct Reader: Sendable {
  let forge: any HostedForge
  let script: ScriptedForge
  let server: FaultyServer
  let clock: SetClock
}

/// Runs `body` with the reader of one kind of forge against a scripted server. No pause between two tries
/// takes any time.
nonisolated(nonsending) func withReader(
  _ kind: ScriptedForge.Kind, credential: ForgeCredential = .token(Secret("t0ken")),
  ownRun: Int64? = nil, limitClock: any Clock<Duration> = ContinuousClock(),
  remarks: Remarks = Remarks(),
  set: (inout ScriptedForge.State) -> Void = { _ in },
  _ body: (Reader) async throws -> Void
) async throws {
  let script = ScriptedForge(kind, set)
  try await withFaultyServer({ script.reply(to: $0) }) { server in
    let connections = Connections(
      version: "tests", clock: ManualClock(), limitClock: limitClock, fraction: { 1 })
    let clock = SetClock()
    let account = ForgeAccount(
      api: HTTPAddress(normalized: server.address.text + script.prefix),
      repository: "acme/platform", credential: credential, ownRun: ownRun)
    let forge: any HostedForge =
      kind.isGitHub
      ? GitHubForge(account, connections: connections, clock: clock, remark: remarks.note)
      : GiteaForge(account, connections: connections, clock: clock, remark: remarks.note)
    try await connections.whileOpen { _ in
      try await body(Reader(forge: forge, script: script, server: server, clock: clock))
    }
  }
}

/// Real commits of the reference system, oldest first.
let commits: [Commit] = [
  "7a72516f7e7ba1a710c4f393fef08be8d22e1866", "7f25373309eca54a36f08c371ff783c3a47c3f8d",
  "e6307e2f00000000000000000000000000000000",
]

/// A commit that no repository of these tests has.
let strange: Commit = "0123456789abcdef0123456789abcdef01234567"

extension Reading {
  var cause: Unknown.Cause? {
    if case .unknown(let unknown) = self { unknown.cause } else { nil }
  }

  var detail: String {
    if case .unknown(let unknown) = self { unknown.detail } else { "" }
  }
}
