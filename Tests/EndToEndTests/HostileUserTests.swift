import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

/// What is typed, piped or put in a place by somebody who does not mean well, or not well enough: no answer
/// is taken for given that was not, and none is lost in silence.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct HostileUserTests {
  @Test func `a journal that nobody has made yet forbids nothing`() async throws {
    try await Desk.with { desk in
      for place in ["journal.db", "none/at/all/journal.db"] {
        try desk.settle(journal: place)

        let listed = try await desk.pawl("kill", "list")

        #expect(listed.code == 0 && listed.says("no kill switch is in force"), "\(listed)")
      }
    }
  }

  @Test func `a journal that is not seen to be absent is not taken for absent`() async throws {
    try await Desk.with { desk in
      try desk.run("ln", "-s", "nowhere.db", "dangling.db")
      try desk.run("ln", "-s", "loop.db", "loop.db")
      try desk.run("ln", "-s", "not-mounted", "disk")
      try desk.run("mkdir", "folder.db")
      try desk.run("mkfifo", "pipe.db")
      for (place, phrase) in [
        ("dangling.db", "symbolic link to something that is not there"),
        ("loop.db", "cannot be looked at (Too many levels of symbolic links)"),
        ("disk/journal.db", "symbolic link to something that is not there"),
        ("disk/deeper/journal.db", "symbolic link to something that is not there"),
        ("pawl.yaml/journal.db", "cannot be looked at (Not a directory)"),
        ("folder.db", "expected a file, found a directory"),
        ("pipe.db", "expected a file, found a named pipe"),
      ] {
        try desk.settle(journal: place)
        for verb in [
          ["kill", "list"], ["status", "--no-live"], ["kill", "set", "--reason", "r"],
        ] {
          let ended = try await desk.pawl(verb)

          #expect(ended.code == 73 && ended.says(phrase), "\(place), \(verb): \(ended)")
          #expect(!ended.says("no kill switch is in force"), "\(place)")
        }
      }
    }
  }

  @Test func `a kill switch in a folder that may not be searched is not off`() async throws {
    try await Desk.with { desk in
      try desk.run("mkdir", "closed")
      try desk.settle(journal: "closed/journal.db")
      #expect(try await desk.pawl("kill", "set", "--reason", "fire").code == 0)
      #expect(chmod(desk.path("closed"), 0) == 0)
      defer { chmod(desk.path("closed"), 0o700) }

      let listed = try await desk.pawl(["kill", "list"], through: Desk.asMember)

      #expect(listed.code == 73 && listed.says("(Permission denied)"), "\(listed)")
    }
  }

  @Test func `a new journal is told of once`() async throws {
    try await Desk.with { desk in
      let first = try await desk.pawl("hold", "set", "--reason", "one")
      let second = try await desk.pawl("hold", "set", "--reason", "two")

      #expect(first.says("a new journal was begun at \(desk.path("journal.db"))"), "\(first)")
      #expect(second.code == 0 && !second.says("a new journal"), "\(second)")
    }
  }

  @Test(arguments: ["> /dev/full", "--json > /dev/full", ">&-"])
  func `an answer that is lost is never a success`(_ end: String) async throws {
    try await Desk.with { desk in
      #expect(try await desk.pawl("kill", "set", "--reason", "fire").code == 0)

      let ended = try await desk.shell("\"$pawl\" kill list \(end)")
      let help = try await desk.shell("\"$pawl\" --help \(end.replacing("--json ", with: ""))")

      #expect(ended.code == 74 && ended.says("could not be written to standard output"), "\(ended)")
      #expect(help.code == 74, "\(help)")
      let after = try await desk.pawl("journal", "verify")
      #expect(after.code == 0, "\(after)")
    }
  }

  @Test func `a reader that went away is no failure, and a refusal keeps its code`() async throws {
    try await Desk.with { desk in
      let unread = try await desk.shell("set -o pipefail; \"$pawl\" kill list | true")
      let refused = try await desk.shell("\"$pawl\" journal verify --json > /dev/full")

      #expect(unread.code == 0, "\(unread)")
      #expect(refused.code == 66, "\(refused)")
    }
  }

  @Test func `a value that is refused is shown on the line it was refused on`() async throws {
    try await Desk.with { desk in
      let attack = "ok\n::error file=x::pwned\u{1B}[2J"
      for arguments in [
        ["hold", "set", "--reason", attack], ["hold", "set", "--reason=\(attack)"],
        ["hold", "set", "--\(attack)"], ["rehearse", "--seeds", attack], [attack],
        ["lint", "--format", attack], ["hold", "set", "-x\n::error::pwned"],
      ] {
        let ended = try await desk.pawl(arguments)

        #expect(ended.code == (arguments[0] == "lint" ? 2 : 64), "\(ended)")
        let lines = ended.complaint.split(separator: "\n")
        #expect(!lines.contains { $0.hasPrefix("::") }, "\(arguments): \(ended)")
        #expect(!ended.complaint.contains("\u{1B}"), "\(arguments)")
        #expect(ended.output.isEmpty)
      }
    }
  }

  @Test func `a named pipe in the place of the settings is refused, not waited for`() async throws {
    try await Desk.with { desk in
      try desk.run("rm", "pawl.yaml")
      try desk.run("mkfifo", "pawl.yaml")

      let ended = try await desk.pawl("kill", "list")

      #expect(ended.code == 66 && ended.says("found a pipe or a terminal"), "\(ended)")
    }
  }

  @Test func `a number of seeds that means nothing is refused`() async throws {
    try await Desk.with { desk in
      for arguments in [
        ["--seeds", "0"], ["--seeds", "0", "--incident", "stale-approval"],
        ["--seeds", "18446744073709551615"], ["--seeds", "0", "--replay", "x.replay"],
      ] {
        let ended = try await desk.pawl(["rehearse"] + arguments)

        #expect(ended.code == 64 && ended.says("--seeds \(arguments[1])"), "\(ended)")
      }
    }
  }

  @Test func `a journal is not moved onto itself, whatever its name`() async throws {
    try await Desk.with { desk in
      try desk.settle(journal: "kept/journal.db")
      #expect(try await desk.pawl("hold", "set", "--reason", "Friday").code == 0)
      try desk.run("ln", "-s", "kept/journal.db", "alias.db")
      let before = try await desk.pawl("journal", "verify", "--json")
      for place in ["kept/journal.db", "kept/../kept/journal.db", "alias.db"] {
        let ended = try await desk.pawl("journal", "copy", "--to", "sqlite:\(place)")

        #expect(ended.code == 64 && ended.says("which is the same"), "\(place): \(ended)")
      }
      #expect(try await desk.pawl("journal", "verify", "--json").output == before.output)
    }
  }
}

/// A folder with a pawl.yaml, and nothing it speaks of.
private struct Desk {
  let folder: FilePath

  /// Root may search any folder, so it gives that right up.
  static var asMember: [String] {
    geteuid() == 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : []
  }

  static func with(_ body: (Desk) async throws -> Void) async throws {
    try await withTemporaryDirectory { folder in
      let desk = Desk(folder: folder)
      try desk.settle(journal: "journal.db")
      try await body(desk)
    }
  }

  func path(_ name: String) -> String { folder.appending(name).string }

  func settle(journal: String) throws {
    try """
    delivery: platform
    source: {forge: git, url: https://git.example.com/acme/platform}
    images: [{name: platform, build: "{registry}/acme/platform:staging-{sha}"}]
    registries: {prod: {host: registry.example.com}}
    channels: {stable: {follows: proven, in: [prod]}}
    gates: none
    rollout: {canary: [acme]}
    fleets:
      production:
        driver: processes
        image: platform
        tenants: [{slug: acme, url: "http://127.0.0.1:8801"}]
    journal: sqlite:\(journal)

    """.write(toFile: path("pawl.yaml"), atomically: true, encoding: .utf8)
  }

  func run(_ program: String, _ arguments: String...) throws {
    let (code, _) = try StartedProgram.run(
      "/usr/bin/env", ["-C", folder.string, program] + arguments)
    guard code == 0 else {
      throw TestFailure("expected \(program) \(arguments) to succeed, found exit code \(code)")
    }
  }

  func pawl(_ arguments: String...) async throws -> Ended { try await pawl(arguments) }

  func pawl(_ arguments: [String], through prefix: [String] = []) async throws -> Ended {
    try await process(
      "env",
      ["-C", folder.string] + prefix + ["timeout", "60", try Programs.pawl()] + arguments,
      environment: Self.environment(of: folder))
  }

  /// Runs a line of bash that finds pawl in `$pawl`.
  func shell(_ line: String) async throws -> Ended {
    var environment = Self.environment(of: folder)
    environment["pawl"] = try Programs.pawl()
    return try await process(
      "env", ["-C", folder.string, "timeout", "60", "bash", "-c", line], environment: environment)
  }

  private static func environment(of folder: FilePath) -> [String: String] {
    ["HOME": folder.string, "PAWL_ACTOR": "tester", "SWIFT_BACKTRACE": "enable=no"]
  }
}
