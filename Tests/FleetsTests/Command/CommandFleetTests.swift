import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// The contract of the fleet drivers, for one that runs a program of the user's.
@Suite struct CommandFleetTests {
  private static let highest = FencingToken(generation: Generation(2), epoch: Epoch(3))

  @Test func `the first order runs the program, and the tenant serves what was ordered`()
    async throws
  {
    try await Mover.run { mover in
      #expect(await mover.redeploy() == .restarted)

      #expect(await mover.fleet().observe(mover.tenant) == .running(Mover.first))
      let port = mover.tenant.address.text
      try mover.expect("calls", "reno-stars \(port) \(Mover.digest) \(Mover.first)\n")
    }
  }

  @Test func `a repeated order runs nothing, and remembers who leads`() async throws {
    try await Mover.run { mover in
      _ = await mover.redeploy()

      #expect(await mover.redeploy() == .alreadyThere)
      #expect(await mover.redeploy(epoch: 4) == .alreadyThere)
      let older = await mover.redeploy(epoch: 3)

      let token = FencingToken(generation: Generation(1), epoch: Epoch(4))
      #expect(older == .fenced(highest: token))
      try mover.expectCalls(1)
    }
  }

  @Test func `an older order is fenced and runs nothing`() async throws {
    try await Mover.run { mover in
      _ = await mover.redeploy(Mover.other, Mover.second, generation: 2, epoch: 3)

      let older = await mover.redeploy(generation: 1, epoch: 9)
      let overtaken = await mover.redeploy(Mover.other, Mover.second, generation: 2, epoch: 2)

      #expect(older == .fenced(highest: Self.highest))
      #expect(overtaken == .fenced(highest: Self.highest))
      try mover.expectCalls(1)
      #expect(await mover.fleet().observe(mover.tenant) == .running(Mover.second))
    }
  }

  @Test func `another image under the same decision is fenced`() async throws {
    try await Mover.run { mover in
      _ = await mover.redeploy(Mover.other, Mover.second, generation: 2, epoch: 3)

      let rival = await mover.redeploy(generation: 2, epoch: 4)

      #expect(rival == .fenced(highest: Self.highest))
      #expect(await mover.fleet().observe(mover.tenant) == .running(Mover.second))
    }
  }

  @Test func `a tenant that was seen well is kept, and the decision is remembered`() async throws {
    try await Mover.run { mover in
      _ = await mover.redeploy(generation: 1)

      #expect(await mover.redeploy(generation: 2, manner: .keepIfRunning) == .alreadyThere)
      let older = await mover.redeploy(generation: 1)

      #expect(
        older == .fenced(highest: FencingToken(generation: Generation(2), epoch: Epoch(1))))
      try mover.expectCalls(1)
    }
  }

  @Test func `a failure is not tried again by the same effect, and is by another`() async throws {
    try await Mover.run { mover in
      _ = await mover.redeploy(generation: 1, effect: 1)
      try mover.write("TENANT_CRASH=start", to: "misbehaves-\(Mover.other)")
      let failed = RedeployResult.failed("it did not answer", restored: true)

      #expect(await mover.redeploy(Mover.other, Mover.second, generation: 2, effect: 2) == failed)
      #expect(await mover.redeploy(Mover.other, Mover.second, generation: 2, effect: 2) == failed)
      try mover.expectCalls(2)
      #expect(await mover.fleet().observe(mover.tenant) == .running(Mover.first))

      #expect(await mover.redeploy(Mover.other, Mover.second, generation: 2, effect: 3) == failed)
      try mover.expectCalls(3)
    }
  }

  @Test func `two pawls on one tenant come one after the other`() async throws {
    try await Mover.run { mover in
      async let one = mover.redeploy()
      async let other = mover.redeploy()

      let results = await [one, other]

      #expect(results.count { $0 == .restarted } == 1)
      #expect(results.count { $0 == .alreadyThere } == 1)
      try mover.expectCalls(1)
    }
  }

  @Test(arguments: [
    (
      "echo '{\"result\": \"restarted\"}'; exit 3", Unknown.Cause.serverError,
      "ended with exit code 3; its words are in"
    ),
    ("kill -9 $$", .serverError, "was ended by signal 9"),
    ("echo done", .malformed, "expected one JSON document with 'result' on standard output"),
    ("head -c 100000 /dev/zero", .tooLarge, "printed more than 64 KiB"),
  ])
  func `a program that does not answer is unknown, and the next one starts anew`(
    line: String, cause: Unknown.Cause, words: String
  ) async throws {
    try await Mover.run { mover in
      try await writeProgram("#!/bin/sh\necho secret >&2\n\(line)\n", to: mover.path("broken"))

      let result = await mover.redeploy(by: mover.fleet(executable: "./broken"))

      guard case .unknown(let unknown) = result else {
        Issue.record("expected unknown, found \(result)")
        return
      }
      #expect(unknown.cause == cause)
      #expect(unknown.detail.contains(words) && !unknown.detail.contains("secret"), "\(unknown)")
      try mover.expect("fleet/logs/reno-stars.log", "secret\n")
      #expect(await mover.redeploy() == .restarted)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a program that takes too long is ended with all that it started`() async throws {
    try await Mover.run { mover in
      let script = "#!/bin/sh\nsleep 600 &\necho $! >child\nwait\n"
      try await writeProgram(script, to: mover.path("slow"))

      let result = await mover.redeploy(
        by: mover.fleet(executable: "./slow", timeLimit: .seconds(15)))

      guard case .unknown(let unknown) = result else {
        Issue.record("expected unknown, found \(result)")
        return
      }
      #expect(unknown.cause == .timedOut)
      #expect(unknown.detail.contains("slow for reno-stars was ended after 15s, its time_limit"))
      let child = try #require(try mover.text("child"))
      let pid = try #require(pid_t(child.dropLast()))
      // A signal that cannot be caught is on its way when kill(2) returns; the time limit of a test ends
      // the wait for one that was never sent. Then at most nobody has collected it yet.
      while try Self.isRunning(pid) { await Task.yield() }
    }
  }

  private static func isRunning(_ pid: pid_t) throws -> Bool {
    let stat = try Disk.read(FilePath("/proc/\(pid)/stat"), bytesMax: 4_096)
    return stat.flatMap(ProcessStat.init)?.hasEnded == false
  }

  @Test func `it is told everything, and gets none of this process's environment`() async throws {
    try await Mover.run { mover in
      let script = """
        #!/bin/sh
        cat >document
        env | grep -v '^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD=' | sort >environment
        for word in "$@"; do echo "$word" >>words; done
        echo '{"result": "restarted"}'

        """
      try await writeProgram(script, to: mover.path("recorder"))
      let words: [CommandWord] = [
        "--image={image}", "{generation}.{epoch}", "{effect}", "a; $(b) '",
      ]

      let result = await mover.redeploy(
        generation: 7, epoch: 2, effect: 41,
        by: mover.fleet(executable: "./recorder", arguments: words))

      #expect(result == .restarted)
      let image = MemoryImages.location.at(Mover.digest)
      try mover.expect("words", "--image=\(image)\n7.2\n41\na; $(b) '\n")
      try mover.expect("environment", "PATH=/usr/bin:/bin\nREGION=eu\n")
      let document = """
        {"commit":"\(Mover.first)","digest":"\(Mover.digest)","effect":41,"format":1,\
        "image":"\(image)","manner":"restart",\
        "tenant":{"labels":{"ring":"canary"},"slug":"reno-stars","url":"\(mover.tenant.address)"},\
        "token":{"epoch":2,"generation":7}}
        """
      try mover.expect("document", document)
    }
  }

  @Test func `a program that is not there is named`() async throws {
    try await Mover.run { mover in
      let result = await mover.redeploy(by: mover.fleet(executable: "no-such-program"))

      #expect(
        result
          == .unknown(
            Unknown(
              .unanswerable,
              "expected the program 'no-such-program', found none; check 'redeploy' in pawl.yaml")))
    }
  }

  @Test func `what another driver recorded is not taken for its own`() async throws {
    try await Mover.run { mover in
      let state = #"{"format":1,"highest":{"epoch":1,"generation":9}}"#
      try Disk.makeFolders(mover.folder.appending("fleet/tenants/reno-stars"))
      try mover.write(state, to: "fleet/tenants/reno-stars/state.json")

      guard case .unknown(let unknown) = await mover.redeploy() else {
        Issue.record("expected unknown")
        return
      }
      #expect(unknown.cause == .malformed)
      try mover.expectCalls(0)
    }
  }
}
