import Control
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// How the repository of a journal is reached: with a token over HTTP, with a key over SSH.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct GitReachTests {
  @Test func `a server that wants a token gets the one that git is configured with`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      ground.git?.demand(authorization: "Bearer s3cret")
      let without = failure { () throws(JournalFailure) in try ground.open() }
      try configure(ground, ["http.extraHeader": "Authorization: Bearer s3cret"])

      let journal = try ground.open(on: "job")

      #expect("\(try #require(without))".contains("wants a credential that git has not"))
      #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
      #expect(try journal.entries(after: .start).count == 1)
      #expect(journal.path.contains("s3cret") == false)
    }
  }

  @Test func `a token that the server does not know is told of without being shown`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      ground.git?.demand(authorization: "Bearer s3cret")
      try configure(ground, ["http.extraHeader": "Authorization: Bearer guessed"])

      let refusal = failure { () throws(JournalFailure) in try ground.open(on: "job") }

      #expect("\(try #require(refusal))".contains("wants a credential that git has not"))
      #expect("\(refusal, default: "")".contains("guessed") == false)
    }
  }

  @Test func `a server that hides the reference, or replaces none, is told of with its setting`()
    async throws
  {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append([sample(1)], expecting: .start)
      try ground.git("config", "receive.hideRefs", "refs/pawl")
      let hidden = failure { () throws(JournalFailure) in
        try journal.append([sample(2)], expecting: Position(1))
      }
      try ground.git("config", "--unset", "receive.hideRefs")
      #expect("\(try #require(hidden))".contains("receive.hideRefs"))
      #expect(try ground.open().end() == Position(1))

      try ground.git("config", "receive.denyNonFastForwards", "true")
      let place = GitJournalPlace(
        remote: ground.address, reference: "refs/heads/pawl",
        cache: ground.folder.appending("branch").string)
      let lease = GitStore(
        try GitObjects(place, nonce: "a", timeLimit: .seconds(30)),
        now: { Timestamp(milliseconds: 5_000) })
      let note = LeaseNote(holder: "first", nonce: "a", takeover: .seconds(30))
      let version = try lease.swap(nil, for: note)
      let kept = failure { () throws(JournalFailure) in try lease.swap(version, for: note.next) }
      #expect("\(try #require(kept))".contains("receive.denyNonFastForwards"))
    }
  }

  @Test func `a reference to something that is no commit is no journal`() async throws {
    try await withGround(.gitOverPath) { ground in
      let blob = try ground.git("hash-object", "-w", "--stdin", input: "a diary")
      try ground.git("update-ref", JournalGround.reference, blob)

      let refusal = failure { () throws(JournalFailure) in try ground.open() }

      #expect("\(try #require(refusal))".contains("something that is no commit"))
    }
  }

  @Test func `a repository behind a real sshd is read, appended to, led and begun from a snapshot`()
    async throws
  {
    try await withGround(.gitOverPath) { ground in
      let keys = ground.folder.appending("ssh")
      try FileManager.default.createDirectory(
        atPath: keys.string, withIntermediateDirectories: true)
      let server = try await SSHServer(in: keys)
      let reached = JournalGround(
        kind: .gitOverPath, folder: ground.folder,
        address: "ssh://\(NSUserName())@127.0.0.1:\(server.port)\(ground.address)", git: nil)
      for machine in ["job", "fresh"] {
        try configure(reached, ["core.sshCommand": server.command], on: machine)
      }
      let journal = try reached.open(on: "job")
      _ = try journal.append((1...4).map { sample($0) }, expecting: .start)
      journal.keep(try journal.fold(through: Position(4)))

      let fresh = try reached.open(on: "fresh")

      #expect(try fresh.snapshot().position == Position(4))
      #expect(try fresh.append([sample(5)], expecting: Position(4)) == .appended(Position(5)))
      #expect(try journal.entries(after: .start).count == 5)
    }
  }

  @Test func `a host that is not known is not trusted`() async throws {
    try await withGround(.gitOverPath) { ground in
      let keys = ground.folder.appending("ssh")
      try FileManager.default.createDirectory(
        atPath: keys.string, withIntermediateDirectories: true)
      let server = try await SSHServer(in: keys)
      try FileManager.default.removeItem(atPath: keys.appending("known").string)
      let reached = JournalGround(
        kind: .gitOverPath, folder: ground.folder,
        address: "ssh://\(NSUserName())@127.0.0.1:\(server.port)\(ground.address)", git: nil)
      try configure(reached, ["core.sshCommand": server.command])

      let refusal = failure { () throws(JournalFailure) in try reached.open(on: "job") }

      #expect("\(try #require(refusal))".contains("wants a credential that git has not"))
    }
  }

  /// Makes the folder in which a machine keeps its copies, with settings of git.
  private func configure(
    _ ground: JournalGround, _ settings: [String: String], on machine: String = "job"
  ) throws {
    let folder = ground.folder.appending(machine).string
    _ = try GitRun(directory: "/", timeLimit: .seconds(30))(["init", "--quiet", "--bare", folder])
    let run = GitRun(directory: folder, timeLimit: .seconds(30))
    for (name, value) in settings { _ = try run(["config", name, value]) }
  }
}
