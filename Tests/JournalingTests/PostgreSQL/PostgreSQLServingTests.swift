import Control
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// What stands between pawl and its database, or takes its place: a pool, TLS, a second server.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct PostgreSQLServingTests {
  @Test func `a pool that hands out connections by transaction may stand between`() async throws {
    let server = try PostgreSQLServer()
    let folder = try server.startPool()
    let ground = JournalGround(
      kind: .postgresql, folder: FilePath(folder),
      address: try server.database().replacing(server.folder, with: folder), git: nil)
    let clock = HandClock()
    let lease = try ground.lease("pooled", clock: clock)
    // More than the pool has connections.
    let journals = try (1...6).map { _ in try ground.open() }

    #expect(try lease.acquire())
    try await withThrowingTaskGroup { group in
      for (writer, journal) in journals.enumerated() {
        group.addTask {
          for number in 1...10 {
            var end = try journal.end()
            while case .conflict(let entries) = try journal.append(
              [sample(writer * 1_000 + number)], expecting: end)
            { end = entries.last?.position ?? end }
          }
        }
      }
      try await group.waitForAll()
    }

    clock.turn(by: .seconds(8))
    #expect(try lease.acquire())
    let journal = try ground.open()
    #expect(try journal.end() == Position(60))
    #expect(try journal.verify().holds)
    #expect(Set(try journal.entries(after: .start).map(\.record)).count == 60)
  }

  @Test func `a certificate is checked against the authority and the name that are asked for`()
    async throws
  {
    let server = try PostgreSQLServer()
    let port = try server.listenWithTLS()
    let authority = server.folder + "/authority.pem"
    try await withTemporaryDirectory { folder in
      let passwords = folder.appending("passwords").string
      let wrong = folder.appending("wrong").string
      try write("*:*:*:*:secret", to: passwords)
      try write("*:*:*:*:guessed", to: wrong)
      func open(_ host: String, authority: String?, passwords: String) throws(JournalFailure)
        -> SharedJournal
      {
        let address =
          "postgresql://pawl@\(host):\(port)/postgres?hostaddr=127.0.0.1&passfile=\(passwords)"
        return try SharedJournal.open(
          PostgreSQLPlace(address: address + (authority.map { "&sslrootcert=\($0)" } ?? "")),
          delivery: "platform", mode: .acting)
      }

      let journal = try open("db.example.com", authority: authority, passwords: passwords)
      let unknownAuthority = failure { () throws(JournalFailure) in
        try open("db.example.com", authority: nil, passwords: passwords)
      }
      let wrongName = failure { () throws(JournalFailure) in
        try open("other.example.com", authority: authority, passwords: passwords)
      }
      let wrongPassword = failure { () throws(JournalFailure) in
        try open("db.example.com", authority: authority, passwords: wrong)
      }

      #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
      for refusal in [unknownAuthority, wrongName] {
        #expect("\(try #require(refusal))".contains("TLS to the server cannot be verified"))
      }
      #expect("\(try #require(wrongPassword))".contains("does not let this user in"))
      #expect("\(wrongPassword, default: "")".contains("guessed") == false)
    }
  }

  @Test func `over TLS, too, a connection that is ended is made anew`() async throws {
    let server = try PostgreSQLServer()
    let port = try server.listenWithTLS()
    try await withTemporaryDirectory { folder in
      let passwords = folder.appending("passwords").string
      try write("*:*:*:*:secret", to: passwords)
      let journal = try SharedJournal.open(
        PostgreSQLPlace(
          address: "postgresql://pawl@db.example.com:\(port)/postgres?hostaddr=127.0.0.1"
            + "&passfile=\(passwords)&sslrootcert=\(server.folder)/authority.pem"),
        delivery: "platform", mode: .acting)
      _ = try journal.append([sample(1)], expecting: .start)

      let ended = try server.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl",
        in: server.address(of: "postgres", port: port))

      #expect(ended.contains("t"))
      #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))
    }
  }

  @Test func `a server elsewhere that offers no TLS is refused`() throws {
    let server = try PostgreSQLServer()
    let port = try server.listenWithTLS()
    try server.psql("ALTER SYSTEM SET ssl = off", in: server.address(of: "postgres", port: port))
    try server.psql("SELECT pg_reload_conf()", in: server.address(of: "postgres", port: port))

    let refusal = failure { () throws(JournalFailure) in
      try SharedJournal.open(
        PostgreSQLPlace(
          address: "postgresql://pawl@db.example.com:\(port)/postgres?hostaddr=127.0.0.1"),
        delivery: "platform", mode: .acting)
    }

    #expect("\(try #require(refusal))".contains("TLS to the server cannot be verified"))
  }

  @Test func `a standby that takes over has everything that was answered`() throws {
    let server = try PostgreSQLServer()
    let standby = try server.startStandby()
    // libpq goes to the first that takes writes.
    let both = "\(server.folder),\(standby)"
    let journal = try SharedJournal.open(
      PostgreSQLPlace(
        address: "postgresql://pawl@/postgres?host=\(both)&target_session_attrs=read-write"),
      delivery: "platform", mode: .acting)
    var end = Position.start
    for number in 1...20 {
      #expect(try journal.append([sample(number)], expecting: end) == .appended(end.next))
      end = end.next
    }

    try server.failOver()

    #expect(try journal.append([sample(21)], expecting: end) == .appended(Position(21)))
    #expect(try journal.verify().holds)
    #expect(try journal.entries(after: .start).map(\.record) == (1...21).map { sample($0) })
  }

  private func write(_ text: String, to path: String) throws {
    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
    // libpq ignores one that others may read.
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }
}
