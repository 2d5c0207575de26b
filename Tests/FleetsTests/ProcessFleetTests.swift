import Glibc
import Subprocess
import SystemPackage
import Testing
import Vocabulary

@testable import Fleets

/// What a fleet driver owes its callers, held against real processes.
@Suite struct ProcessFleetTests {
  private static let first = Workplace.first
  private static let second = Workplace.second

  @Test func `the first order starts the tenant and it serves what was ordered`() async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      #expect(await place.fleet().observe(place.tenant) == .notDeployed)

      #expect(await place.redeploy(image, Self.first, generation: 1) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  @Test func `a repeated order restarts nothing`() async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      _ = await place.redeploy(image, Self.first, generation: 1)
      let pid = try await place.pid()

      #expect(await place.redeploy(image, Self.first, generation: 1) == .alreadyThere)
      #expect(await place.redeploy(image, Self.first, generation: 1, epoch: 4) == .alreadyThere)
      #expect(try await place.pid() == pid)
      #expect(try place.state().highest == FencingToken(generation: Generation(1), epoch: Epoch(4)))
    }
  }

  @Test func `an older order is fenced and moves nothing`() async throws {
    try await Workplace.run { place in
      let (old, new) = (place.image("a", Self.first), place.image("b", Self.second))
      _ = await place.redeploy(new, Self.second, generation: 2, epoch: 3)
      let (pid, state) = (try await place.pid(), try place.state())
      let highest = FencingToken(generation: Generation(2), epoch: Epoch(3))

      #expect(
        await place.redeploy(old, Self.first, generation: 1, epoch: 9) == .fenced(highest: highest))
      #expect(
        await place.redeploy(new, Self.second, generation: 2, epoch: 2) == .fenced(highest: highest)
      )
      #expect(try await place.pid() == pid)
      #expect(try place.state() == state)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.second))
    }
  }

  @Test func `another image under the same decision is fenced`() async throws {
    try await Workplace.run { place in
      let (image, other) = (place.image("a", Self.first), place.image("b", Self.second))
      _ = await place.redeploy(image, Self.first, generation: 1)

      #expect(
        await place.redeploy(other, Self.second, generation: 1, epoch: 2)
          == .fenced(highest: FencingToken(generation: Generation(1), epoch: Epoch(1))))
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  @Test func `a new order replaces the old process on the same port`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let old = try #require(try place.state().instance).process

      #expect(
        await place.redeploy(place.image("b", Self.second), Self.second, generation: 2)
          == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.second))
      #expect(try place.state().instance?.process != old)
      #expect(try !ProcessTable().isAlive(old))
    }
  }

  @Test func `one that crashes at start gives way to the old one`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let bad = place.image("b", Self.second, "TENANT_CRASH=start")

      let reason =
        "reno-stars did not come up with bbbbbbbbbbbb: it ended before it listened on port "
        + "\(place.tenant.address.port); its output is in \(place.tenantFolder.log)"
      #expect(
        await place.redeploy(bad, Self.second, generation: 2) == .failed(reason, restored: true))
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
      let log = try Disk.read(place.tenantFolder.log, bytesMax: 65_536) ?? []
      #expect(String(decoding: log, as: UTF8.self).contains("crashes at start"))
    }
  }

  @Test func `one that never listens gives way to the old one`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let bad = place.image("b", Self.second, "TENANT_START_DELAY_MS=60000")
      var limits = ProcessFleet.Limits()
      // The old one has to come back within it, too.
      limits.startBudget = .seconds(15)

      let reason =
        "reno-stars did not come up with bbbbbbbbbbbb: it did not listen on port "
        + "\(place.tenant.address.port) within 15s; its output is in \(place.tenantFolder.log)"
      #expect(
        await place.redeploy(bad, Self.second, generation: 2, by: place.fleet(limits: limits))
          == .failed(reason, restored: true))
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  @Test func `a slow start is waited for`() async throws {
    try await Workplace.run { place in
      let slow = place.image("a", Self.first, "TENANT_START_DELAY_MS=700")

      #expect(await place.redeploy(slow, Self.first, generation: 1) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  @Test func `a first release that crashes has nothing to go back to`() async throws {
    try await Workplace.run { place in
      let bad = place.image("a", Self.first, "TENANT_CRASH=start")

      guard case .failed(_, let restored) = await place.redeploy(bad, Self.first, generation: 1)
      else {
        Issue.record("expected a failure")
        return
      }
      let pid = try await place.pid()
      #expect(!restored && pid == nil)
    }
  }

  @Test func `a failure is repeated as it was, and another effect tries again`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1, effect: 1)
      let bad = place.image("b", Self.second, "TENANT_CRASH=start")
      let failure = await place.redeploy(bad, Self.second, generation: 2, effect: 2)
      let restored = try await place.pid()

      #expect(await place.redeploy(bad, Self.second, generation: 2, effect: 2) == failure)
      #expect(try await place.pid() == restored)

      #expect(await place.redeploy(bad, Self.second, generation: 2, effect: 3) == failure)
      #expect(try await place.pid() != restored)
    }
  }

  @Test func `after a failed release a rollback runs under its own, higher decision`() async throws
  {
    try await Workplace.run { place in
      let old = place.image("a", Self.first)
      _ = await place.redeploy(old, Self.first, generation: 1)
      _ = await place.redeploy(
        place.image("b", Self.second, "TENANT_CRASH=start"), Self.second, generation: 2)

      #expect(await place.redeploy(old, Self.first, generation: 3) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  @Test func `failing health and stale answers are seen from outside`() async throws {
    try await Workplace.run { place in
      let unwell = place.image("a", Self.first, "TENANT_HEALTH=fail")
      #expect(await place.redeploy(unwell, Self.first, generation: 1) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .unhealthy(Self.first))

      let stale = place.image(
        "b", Self.second, "TENANT_STALE_FOR_MS=60000", "TENANT_STALE_SHA=\(Self.first)")
      #expect(await place.redeploy(stale, Self.second, generation: 2) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  // MARK: - After the death of pawl

  @Test func `an order on record of which nothing was done is done by its repetition`() async throws
  {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let next = place.image("b", Self.second)
      try place.leave(accepted: next, Self.second, generation: 2)

      #expect(await place.redeploy(next, Self.second, generation: 2, epoch: 2) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.second))
    }
  }

  @Test func `an order that was cut off with the tenant down is finished by its repetition`()
    async throws
  {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let next = place.image("b", Self.second)
      try place.leave(accepted: next, Self.second, generation: 2)
      #expect(try await place.fleet().stop(place.tenant.slug))

      #expect(await place.redeploy(next, Self.second, generation: 2, epoch: 2) == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.second))
    }
  }

  @Test func `a process that came up after its pawl died is recognised, not restarted`()
    async throws
  {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      _ = await place.redeploy(image, Self.first, generation: 1)
      let pid = try await place.pid()
      var state = try place.state()
      state.progress = .accepted
      state.standing = nil
      try place.tenantFolder.store(state)

      #expect(await place.redeploy(image, Self.first, generation: 1, epoch: 2) == .alreadyThere)
      #expect(try await place.pid() == pid)
      #expect(try place.state().progress == .up)
    }
  }

  @Test func `a failure that was not yet put right is put right by its repetition`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let next = place.image("b", Self.second)
      try place.leave(accepted: next, Self.second, generation: 2)
      var state = try place.state()
      state.progress = .failed(reason: "it did not come up")
      try place.tenantFolder.store(state)
      #expect(try await place.fleet().stop(place.tenant.slug))

      #expect(
        await place.redeploy(next, Self.second, generation: 2)
          == .failed("it did not come up", restored: true))
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
    }
  }

  @Test func `a process is nobody's child and leads its own session`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let pid = try #require(try await place.pid())

      let bytes = try #require(
        try Disk.read(FilePath("/proc/\(pid)/stat"), bytesMax: 4_096))
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      #expect(fields[3] != "\(getpid())")
      #expect(ProcessStat(bytes)?.session == pid)
    }
  }

  @Test func `a process that was not let go ends by itself`() async throws {
    try await Workplace.run { place in
      let launch = try await place.launch()
      let process = launch.process
      #expect(try ProcessTable().isAlive(process))

      // What the kernel does to the descriptors of a pawl that is killed.
      _ = consume launch
      let patience = Patience(clock: ContinuousClock())
      let gone = try await patience.answer(within: .seconds(10), every: .milliseconds(10)) {
        try ProcessTable().isAlive(process) ? nil : true
      }
      #expect(gone == true)
      let log = try Disk.read(place.folder.appending("launch.log"), bytesMax: 4_096)
      #expect(log == nil)
    }
  }

  // MARK: - Other processes

  @Test func `another process under a recorded number is not mistaken for the tenant`() async throws
  {
    try await Workplace.run { place in
      try await withBystander { bystander in
        let image = place.image("a", Self.first)
        _ = await place.redeploy(image, Self.first, generation: 1)
        #expect(try await place.fleet().stop(place.tenant.slug))
        var state = try place.state()
        let order = try #require(state.instance).order
        for mistaken in [
          ProcessIdentity(
            pid: bystander.pid, startTicks: bystander.startTicks - 1, bootID: bystander.bootID),
          ProcessIdentity(
            pid: bystander.pid, startTicks: bystander.startTicks, bootID: "another boot"),
        ] {
          state.instance = TenantState.Instance(process: mistaken, order: order)
          try place.tenantFolder.store(state)

          #expect(try await place.pid() == nil)
          #expect(try await !place.fleet().stop(place.tenant.slug))
        }

        #expect(await place.redeploy(image, Self.first, generation: 1) == .restarted)
        #expect(try ProcessTable().isAlive(bystander))
      }
    }
  }

  @Test func `a port that somebody else holds is left alone`() async throws {
    try await Workplace.run { place in
      let port = place.tenant.address.port
      guard let stranger = Stranger(on: port) else {
        Issue.record("the port was free a moment ago")
        return
      }
      let image = place.image("a", Self.first)

      #expect(
        await place.redeploy(image, Self.first, generation: 1)
          == .failed(
            "port \(port) of tenant reno-stars is held by a process that pawl did not start, so "
              + "nothing was touched: free the port, or give the tenant another one",
            restored: false))
      let record = try place.tenantFolder.load(TenantState.self)
      #expect(record == nil)

      _ = consume stranger
      #expect(await place.redeploy(image, Self.first, generation: 1) == .restarted)
    }
  }

  @Test func `what a tenant started in its session ends with it`() async throws {
    try await Workplace.run { place in
      var archive = TarArchive()
      archive.folder("app")
      archive.file("app/tenant", place.program, mode: 0o755)
      archive.file(
        "app/run", "#!/bin/sh\n\"$(dirname \"$0\")/tenant\" &\nwait\n", mode: 0o755)
      let wrapped = place.images.add(
        "a",
        MemoryImages.Image(
          arguments: ["/app/run"], environment: ["GIT_SHA=\(Self.first)"],
          layers: [archive.finished]))
      #expect(await place.redeploy(wrapped, Self.first, generation: 1) == .restarted)

      #expect(
        await place.redeploy(place.image("b", Self.second), Self.second, generation: 2)
          == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.second))
    }
  }

  @Test func `one that ignores the request to end is ended`() async throws {
    try await Workplace.run { place in
      var archive = TarArchive()
      archive.folder("app")
      archive.file("app/tenant", place.program, mode: 0o755)
      archive.file(
        "app/run", "#!/bin/sh\ntrap '' TERM\n\"$(dirname \"$0\")/tenant\" & sleep 600\n",
        mode: 0o755)
      let stubborn = place.images.add(
        "a",
        MemoryImages.Image(
          arguments: ["/app/run"], environment: ["GIT_SHA=\(Self.first)"],
          layers: [archive.finished]))
      var limits = ProcessFleet.Limits()
      limits.stopGrace = .milliseconds(300)
      let fleet = place.fleet(limits: limits)
      #expect(await place.redeploy(stubborn, Self.first, generation: 1, by: fleet) == .restarted)
      let leader = try #require(try place.state().instance).process
      let members = try ProcessTable().session(ledBy: leader)

      #expect(try await fleet.stop(place.tenant.slug))
      #expect(members.count >= 2)
      for member in members { #expect(try !ProcessTable().isAlive(member)) }
    }
  }

  // MARK: - Several pawls

  @Test func `two pawls on one tenant come one after the other`() async throws {
    try await Workplace.run { place in
      let (old, new) = (place.image("a", Self.first), place.image("b", Self.second))

      async let older = place.redeploy(old, Self.first, generation: 1)
      async let newer = place.redeploy(new, Self.second, generation: 2)
      let highest = FencingToken(generation: Generation(2), epoch: Epoch(1))
      #expect([.restarted, .fenced(highest: highest)].contains(await older))
      #expect(await newer == .restarted)

      let state = try place.state()
      #expect(state.highest == highest)
      #expect(await place.fleet().observe(place.tenant) == .running(Self.second))
    }
  }

  @Test func `a tenant that another pawl is moving is waited for, but not for ever`() async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      try place.tenantFolder.make()
      var limits = ProcessFleet.Limits()
      limits.lockWait = .milliseconds(50)
      let fleet = place.fleet(limits: limits)
      let lock = FileLock(
        path: place.tenantFolder.lock, patience: Patience(clock: ContinuousClock()))

      let result = try await lock.held(within: .seconds(1)) {
        await place.redeploy(image, Self.first, generation: 1, by: fleet)
      }

      #expect(
        result
          == .unknown(
            Unknown(
              .timedOut,
              "another pawl has been moving tenant reno-stars for 50ms: "
                + "it holds \(place.tenantFolder.lock)")))
      let record = try place.tenantFolder.load(TenantState.self)
      #expect(record == nil)
    }
  }

  // MARK: - Records and images

  @Test(arguments: [
    ("{", Unknown.Cause.malformed), ("", .malformed), (#"{"format":1}"#, .malformed),
    (#"{"format":2,"anything":true}"#, .unanswerable),
  ])
  func `a record that cannot be understood stops everything and stays`(
    record: String, cause: Unknown.Cause
  ) async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      _ = await place.redeploy(image, Self.first, generation: 1)
      let kept = try place.state()
      let file = place.tenantFolder.path.appending("state.json")
      try Disk.replace(file, with: Array(record.utf8))

      let result = await place.redeploy(place.image("b", Self.second), Self.second, generation: 2)

      guard case .unknown(let unknown) = result else {
        Issue.record("expected unknown, found \(result)")
        return
      }
      #expect(unknown.cause == cause)
      #expect(unknown.detail.contains(file.string))
      #expect(try Disk.read(file, bytesMax: 4_096) == Array(record.utf8))
      #expect(await place.fleet().observe(place.tenant) == .running(Self.first))
      try place.tenantFolder.store(kept)
    }
  }

  @Test func `an image that is not there fails before anything is touched`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)
      let (pid, state) = (try await place.pid(), try place.state())
      let missing = MemoryImages.digest("c")

      #expect(
        await place.redeploy(missing, Self.second, generation: 2)
          == .failed(
            "there is no image registry.test/acme/platform-tenant@\(missing)", restored: true))
      #expect(try await place.pid() == pid)
      #expect(try place.state() == state)
    }
  }

  @Test func `a registry that cannot be read leaves it unknown and everything untouched`()
    async throws
  {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      place.images.failLayers(with: Unknown(.unreachable, "the registry is down"))

      #expect(
        await place.redeploy(image, Self.first, generation: 1)
          == .unknown(Unknown(.unreachable, "the registry is down")))
      let record = try place.tenantFolder.load(TenantState.self)
      #expect(record == nil)
    }
  }

  @Test func `a program that the image does not hold is named`() async throws {
    try await Workplace.run { place in
      let image = place.images.add("a", MemoryImages.Image(arguments: ["/app/none"]))

      #expect(
        await place.redeploy(image, Self.first, generation: 1)
          == .failed(
            "registry.test/acme/platform-tenant@\(image) names the program '/app/none', and holds "
              + "no such executable file", restored: false))
    }
  }

  @Test func `going back needs no registry, and images nobody needs are removed`() async throws {
    try await Workplace.run { place in
      let shelf = place.folder.appending("images").appending("sha256")
      let images = [
        place.image("a", Self.first), place.image("b", Self.second),
        place.image("c", Workplace.third),
      ]
      _ = await place.redeploy(images[0], Self.first, generation: 1)
      _ = await place.redeploy(images[1], Self.second, generation: 2)
      _ = await place.redeploy(images[2], Workplace.third, generation: 3)
      let kept = try Disk.names(in: shelf)?.filter { $0.extension == nil }.map(\.string)
      #expect(kept == [images[1].hex, images[2].hex])

      place.images.remove(images[1])
      #expect(await place.redeploy(images[1], Self.second, generation: 4) == .restarted)
    }
  }

  @Test func `a log that has grown is set aside when the tenant is started`() async throws {
    try await Workplace.run { place in
      let log = place.tenantFolder.log
      try place.tenantFolder.make()
      try Disk.replace(log, with: [UInt8](repeating: 0x2E, count: 1_048_577))

      _ = await place.redeploy(place.image("a", Self.first), Self.first, generation: 1)

      #expect(try Disk.size(of: FilePath(log.string + ".1")) == 1_048_577)
      #expect((try Disk.size(of: log) ?? .max) < 1_000)
    }
  }

  @Test func `a tenant gets the image's environment and nothing of ours`() async throws {
    try await Workplace.run { place in
      setenv("PAWL_TEST_SECRET", "hunter2", 1)
      _ = await place.redeploy(
        place.image("a", Self.first, "GREETING=a b=c"), Self.first, generation: 1)
      let pid = try #require(try await place.pid())

      let bytes = try #require(
        try Disk.read(FilePath("/proc/\(pid)/environ"), bytesMax: 65_536))
      #expect(
        String(decoding: bytes, as: UTF8.self).split(separator: "\0") == [
          "GIT_SHA=7a72516f7e7ba1a710c4f393fef08be8d22e1866", "GREETING=a b=c",
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "PORT=\(place.tenant.address.port)", "TENANT_SLUG=reno-stars",
        ])
      let open = try #require(try Disk.names(in: FilePath("/proc/\(pid)/fd"))).map(\.string)
      #expect(open.filter { !["0", "1", "2"].contains($0) }.count <= 1, "only its own listener")
    }
  }

  @Test func `stopping everything names who ran, and the record stays`() async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      _ = await place.redeploy(image, Self.first, generation: 1)
      let records = try await place.fleet().records()
      #expect(records.map(\.commit) == [Self.first])

      #expect(try await place.fleet().stopAll() == ["reno-stars"])
      #expect(try await place.fleet().stopAll() == [])
      guard case .unreachable = await place.fleet().observe(place.tenant) else {
        Issue.record("a stopped tenant was deployed once")
        return
      }
      #expect(await place.redeploy(image, Self.first, generation: 1) == .restarted)
    }
  }

  /// Runs `body` while a process that has nothing to do with any tenant runs too.
  private func withBystander(_ body: (ProcessIdentity) async throws -> Void) async throws {
    _ = try await Subprocess.run(
      .path("/bin/sleep"), arguments: ["600"], input: .none, output: .discarded,
      error: .discarded
    ) { execution in
      let pid = execution.processIdentifier.value
      let stat = try #require(
        try Disk.read(FilePath("/proc/\(pid)/stat"), bytesMax: 4_096).flatMap(ProcessStat.init))
      let result: Result<Void, any Error>
      do {
        result = .success(
          try await body(
            ProcessIdentity(
              pid: pid, startTicks: stat.startTicks, bootID: try ProcessTable().bootID())))
      } catch {
        result = .failure(error)
      }
      try execution.send(signal: .kill)
      try result.get()
    }
  }
}

extension Workplace {
  /// Leaves what a pawl that was killed right after it had recorded an order would have left.
  fileprivate func leave(accepted digest: Digest, _ commit: Commit, generation: UInt64) throws {
    var state = try state()
    state.accept(
      TenantState.Order(
        image: MemoryImages.location.at(digest), commit: commit,
        token: FencingToken(generation: Generation(generation), epoch: Epoch(1)),
        effect: EffectID(1)))
    try tenantFolder.store(state)
  }

  /// A launched process that waits for the word.
  fileprivate func launch() async throws -> Launcher.Pending {
    try await Launcher(processes: ProcessTable()).prepare(
      LaunchCommand(
        program: "/bin/echo", arguments: ["never"], environment: [],
        log: folder.appending("launch.log"), work: folder))
  }
}
