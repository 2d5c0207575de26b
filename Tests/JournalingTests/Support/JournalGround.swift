import Control
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// Every kind of journal that answers to the contract.
enum JournalKind: String, CaseIterable, CustomTestStringConvertible {
  case sqlite, gitOverPath, gitOverHTTP, postgresql

  static let shared: [JournalKind] = [.gitOverPath, .gitOverHTTP, .postgresql]
  var testDescription: String { rawValue }
}

/// A place for one journal of a kind, as several machines reach it.
struct JournalGround: Sendable {
  let kind: JournalKind
  let folder: FilePath
  /// Of the bare repository, or of the database.
  let address: String
  let git: GitHTTPServer?

  static let reference = "refs/pawl/production"

  /// Opens it as another machine would each time: git keeps no copies from earlier ones.
  func open(
    _ mode: JournalMode = .acting, as delivery: DeliveryName = "platform", on machine: String? = nil
  ) throws(JournalFailure) -> any StoredJournal {
    switch kind {
    case .sqlite:
      try SQLiteJournal.open(
        path: folder.appending("journal.db").string, delivery: delivery, mode: mode,
        busyTimeout: .seconds(60))
    case .gitOverPath, .gitOverHTTP:
      try SharedJournal.open(place(on: machine), delivery: delivery, mode: mode) {
        Timestamp(milliseconds: 1_795_239_535_000)
      }
    case .postgresql:
      try SharedJournal.open(PostgreSQLPlace(address: address), delivery: delivery, mode: mode)
    }
  }

  /// A lease on it, on a clock of the test's own.
  func lease(
    _ holder: String, takeover: TimeSpan = .seconds(30), clock: HandClock,
    deadline: any Deadline = NoDeadline()
  ) throws(JournalFailure) -> LeaseLeadership {
    let nonce = SharedJournal.nonce()
    let store: any LeaseStore =
      switch kind {
      case .sqlite: preconditionFailure("one machine has a lock")
      case .gitOverPath, .gitOverHTTP:
        GitStore(
          try GitObjects(place(on: nil), nonce: nonce, timeLimit: .seconds(30)),
          now: { Timestamp(milliseconds: 1_795_239_535_000) })
      case .postgresql:
        PostgreSQLStore(PostgreSQLPlace(address: address), delivery: "platform", writer: nonce)
      }
    return LeaseLeadership(
      store, holder: holder, nonce: nonce, takeover: takeover, elapsed: { clock.elapsed },
      deadline: deadline)
  }

  func place(on machine: String?) -> GitJournalPlace {
    let machine = machine ?? "machine-\(UInt64.random(in: .min ... .max))"
    return GitJournalPlace(
      remote: address, reference: Self.reference, cache: folder.appending(machine).string)
  }

  /// Runs git in the bare repository, past pawl.
  @discardableResult
  func git(_ arguments: String..., input: String = "") throws -> String {
    let run = GitRun(directory: folder.appending("remote.git").string, timeLimit: .seconds(30))
    let answer = try run(arguments, input: Array(input.utf8))
    guard answer.code == 0 else {
      throw TestFailure("expected git \(arguments) to succeed, found \(answer.complaint)")
    }
    return String(decoding: answer.output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Makes a place for a journal of `kind`, runs `body` on it and clears it away.
nonisolated(nonsending) func withGround(
  _ kind: JournalKind, _ body: (JournalGround) async throws -> Void
) async throws {
  try await withTemporaryDirectory { folder in
    switch kind {
    case .sqlite: try await body(JournalGround(kind: kind, folder: folder, address: "", git: nil))
    case .gitOverPath:
      let remote = try bareRepository(in: folder)
      try await body(JournalGround(kind: kind, folder: folder, address: remote, git: nil))
    case .gitOverHTTP:
      _ = try bareRepository(in: folder)
      try await withGitHTTPServer(of: folder) { server in
        try await body(
          JournalGround(
            kind: kind, folder: folder, address: "\(server.address)/remote.git", git: server))
      }
    case .postgresql:
      let address = try PostgreSQLServer.shared().database()
      try await body(JournalGround(kind: kind, folder: folder, address: address, git: nil))
    }
  }
}

private func bareRepository(in folder: FilePath) throws -> String {
  let path = folder.appending("remote.git").string
  let git = GitRun(directory: folder.string, timeLimit: .seconds(30))
  _ = try git(["init", "--quiet", "--bare", path])
  _ = try git(["-C", path, "config", "http.receivepack", "true"])
  return path
}

/// A clock that a test turns by hand.
final class HandClock: Sendable {
  private let time = Mutex(TimeSpan.zero)

  var elapsed: TimeSpan { time.withLock { $0 } }
  func turn(by span: TimeSpan) { time.withLock { $0 = $0 + span } }
}

/// Notes what it was told, and ends nothing.
final class NoDeadline: Deadline {
  private let moment = Mutex<TimeSpan?>(nil)

  /// How long from the last renewal on; nil when it was lifted.
  var span: TimeSpan? { moment.withLock { $0 } }
  func set(in span: TimeSpan) { moment.withLock { $0 = span } }
  func lift() { moment.withLock { $0 = nil } }
}
