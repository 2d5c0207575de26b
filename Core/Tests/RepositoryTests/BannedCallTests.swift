import Testing

struct BannedCallTests {
  @Test(arguments: BannedCall.all)
  func `a banned call is made nowhere but at its exceptions`(_ call: BannedCall) {
    expectNone(Repository.this.swiftFiles.flatMap(call.findings))
  }

  @Test(arguments: BannedCall.all)
  func `an exception that is not needed any more is removed`(_ call: BannedCall) {
    expectNone(call.staleExceptions(in: Repository.this.swiftFiles))
  }

  @Test(arguments: [
    ("let a = Date()", "Date()"),
    ("let a = Date.now", "Date()"),
    ("let a = ContinuousClock.now", "reading a clock with `.now`"),
    ("var a: Instant = .now", "reading a clock with `.now`"),
    ("try await Task.sleep(for: .seconds(1))", "sleeping"),
    ("usleep(5)", "sleeping"),
    ("clock_gettime(CLOCK_REALTIME, &spec)", "a system clock"),
    ("Task { await a() }", "an unowned task"),
    ("Task(priority: .low) { await a() }", "an unowned task"),
    ("Task.detached { await a() }", "an unowned task"),
    ("final class A: @unchecked Sendable {}", "@unchecked"),
    ("let a = try! b()", "try!"),
    ("fatalError(\"a\")", "fatalError("),
    ("print(\"a\")", "print("),
    ("var a: Set<Int> = []", "a collection without an order"),
    ("var a: [TenantSlug: Tenant] = [:]", "a collection without an order"),
    ("let a = Int.random(in: 0...1)", "dice"),
  ])
  func `a banned call is found`(_ source: String, _ name: String) {
    let file = SwiftFile(path: "Core/Sources/Decisions/Bad.swift", text: source)

    let names = BannedCall.all.filter { !$0.findings(in: file).isEmpty }.map(\.name)

    #expect(names.contains(name))
  }

  @Test(arguments: [
    "// Task { } and try! and fatalError(",
    "let help = \"try! print( Date()\"",
    "table.print(row)",
    "func print(_ row: Row) {}",
    "let stamp = clock.now()",
    "let moment = max(time, state.now)",
    "self.now = now",
    "let tasks: TaskGroup<Void>",
    "let orders: OrderedDictionary<TenantSlug, Tenant> = [:]",
    "let names = [slug]",
  ])
  func `what only looks like a banned call is left alone`(_ source: String) {
    let file = SwiftFile(path: "Core/Sources/Decisions/Good.swift", text: source)

    #expect(BannedCall.all.flatMap { $0.findings(in: file) } == [])
  }

  @Test func `the message says where, what, and what to write instead`() {
    let file = SwiftFile(path: "Core/Sources/Decisions/Bad.swift", text: "\nlet a = try! b()")

    #expect(
      BannedCall.all.flatMap { $0.findings(in: file) }.map(\.description) == [
        "Core/Sources/Decisions/Bad.swift:2: try! is banned here: use `try`, or a literal "
          + "initializer that states what was believed"
      ])
  }

  @Test func `an exception without a need is found`() {
    let call = BannedCall(
      name: "a(", spellings: [["a", "("]], instead: "b", folders: ["Sources"],
      exceptions: [("Sources/A.swift", "why not")])
    let file = SwiftFile(path: "Sources/A.swift", text: "b()")

    #expect(
      call.staleExceptions(in: [file]).map(\.message)
        == ["does not use a( any more: remove its exception"])
  }
}
