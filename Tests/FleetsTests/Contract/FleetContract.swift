import Capabilities
import Testing
import Vocabulary

/// What every fleet driver owes its callers. A driver's own suite holds each clause against it, on a real
/// engine.
enum FleetContract: String, CaseIterable, CustomTestStringConvertible {
  case first = "the first order starts the tenant, and it serves what was ordered"
  case repetition = "a repeated order restarts nothing, and remembers who leads"
  case older = "an older order is fenced and moves nothing"
  case rival = "another image under the same decision is fenced"
  case next = "a new order replaces the old one"
  case back = "a rollback runs under its own, higher decision"
  case kept = "a tenant that was seen well is kept, and the decision is remembered"
  case restarted = "the same image under a newer decision is started anew where that is asked"
  case crash =
    "one that crashes at start gives way to the old one, and is not tried again by the same effect"
  case silence = "one that never answers gives way to the old one"
  case firstCrash =
    "a first release that crashes has nothing to go back to, and the next one starts"
  case slow = "a slow start is waited for"
  case cut = "an order that is cut off in the middle is finished by the same one"
  case stale = "a stale answer is for whoever looks to judge"
  case together = "two pawls on one tenant come one after the other"

  var testDescription: String { rawValue }

  private static let one: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let two: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  func hold(on stage: some ContractStage) async throws {
    if self != .first { try await stage.prepare() }
    switch self {
    case .first: try await holdFirst(stage)
    case .repetition: try await holdRepetition(stage)
    case .older: try await holdOlder(stage)
    case .rival: try await holdRival(stage)
    case .next, .back: try await holdNext(stage)
    case .kept: try await holdKept(stage)
    case .restarted: try await holdRestarted(stage)
    case .crash: try await holdCrash(stage)
    case .silence: try await holdSilence(stage)
    case .firstCrash: try await holdFirstCrash(stage)
    case .slow: try await holdSlow(stage)
    case .cut: try await holdCut(stage)
    case .stale: try await holdStale(stage)
    case .together: try await holdTogether(stage)
    }
  }

  private func holdFirst(_ stage: some ContractStage) async throws {
    #expect(await stage.fleet.census() == .found([stage.tenant]))
    let nothing = await stage.fleet.observe(stage.tenant)
    if stage.provesAbsence {
      #expect(nothing == .notDeployed)
    } else {
      #expect(nothing.commit == nil && nothing != .notDeployed, "\(nothing)")
    }
    try await stage.prepare()

    let result = await stage.redeploy(try await stage.image(Self.one), Self.one, generation: 1)

    #expect(result == .restarted)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdRepetition(_ stage: some ContractStage) async throws {
    let image = try await stage.image(Self.one)
    _ = await stage.redeploy(image, Self.one, generation: 1)
    let before = try await stage.incarnation()

    let again = await stage.redeploy(image, Self.one, generation: 1)
    #expect(again == (stage.repeatsAnswers ? .restarted : .alreadyThere))
    #expect(await stage.redeploy(image, Self.one, generation: 1, epoch: 4) == .alreadyThere)
    let older = await stage.redeploy(image, Self.one, generation: 1, epoch: 3)

    #expect(older == .fenced(highest: token(1, 4)))
    #expect(before != nil)
    #expect(try await stage.incarnation() == before)
  }

  private func holdOlder(_ stage: some ContractStage) async throws {
    let (old, new) = (try await stage.image(Self.one), try await stage.image(Self.two))
    _ = await stage.redeploy(new, Self.two, generation: 2, epoch: 3)
    let before = try await stage.incarnation()

    let older = await stage.redeploy(old, Self.one, generation: 1, epoch: 9)
    let overtaken = await stage.redeploy(new, Self.two, generation: 2, epoch: 2)

    #expect(older == .fenced(highest: token(2, 3)))
    #expect(overtaken == .fenced(highest: token(2, 3)))
    #expect(try await stage.incarnation() == before)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
  }

  private func holdRival(_ stage: some ContractStage) async throws {
    let (image, rival) = (try await stage.image(Self.one), try await stage.image(Self.two))
    _ = await stage.redeploy(image, Self.one, generation: 1)

    let result = await stage.redeploy(rival, Self.two, generation: 1, epoch: 2)

    #expect(result == .fenced(highest: token(1, 1)))
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdNext(_ stage: some ContractStage) async throws {
    let (old, new) = (try await stage.image(Self.one), try await stage.image(Self.two))
    _ = await stage.redeploy(old, Self.one, generation: 1)
    let before = try await stage.incarnation()

    #expect(await stage.redeploy(new, Self.two, generation: 2) == .restarted)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
    #expect(try await stage.incarnation() != before)

    guard self == .back else { return }
    #expect(await stage.redeploy(old, Self.one, generation: 3) == .restarted)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdKept(_ stage: some ContractStage) async throws {
    let image = try await stage.image(Self.one)
    _ = await stage.redeploy(image, Self.one, generation: 1)
    let before = try await stage.incarnation()

    let kept = await stage.redeploy(image, Self.one, generation: 3, manner: .keepIfRunning)
    let again = await stage.redeploy(image, Self.one, generation: 3, manner: .keepIfRunning)
    let older = await stage.redeploy(try await stage.image(Self.two), Self.two, generation: 2)

    #expect(kept == .alreadyThere)
    #expect(again == .alreadyThere)
    #expect(older == .fenced(highest: token(3, 1)))
    #expect(try await stage.incarnation() == before)
  }

  private func holdRestarted(_ stage: some ContractStage) async throws {
    let image = try await stage.image(Self.one)
    _ = await stage.redeploy(image, Self.one, generation: 1)
    let before = try await stage.incarnation()

    #expect(await stage.redeploy(image, Self.one, generation: 2) == .restarted)

    #expect(try await stage.incarnation() != before)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdCrash(_ stage: some ContractStage) async throws {
    let old = try await stage.image(Self.one)
    let bad = try await stage.image(Self.two, ["TENANT_CRASH=start"])
    _ = await stage.redeploy(old, Self.one, generation: 1, effect: 1)

    let failure = await stage.redeploy(bad, Self.two, generation: 2, effect: 2)
    let restored = try await stage.incarnation()

    guard case .failed(let reason, restored: true) = failure else {
      Issue.record("expected a failure after which the old one runs again, found \(failure)")
      return
    }
    #expect(
      reason.hasPrefix(stage.failurePrefix + "\(stage.tenant.slug) did not come up with "),
      "\(reason)")
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
    // It may have crashed once more before it was taken away, so its last words may be others.
    let repeated = await stage.redeploy(bad, Self.two, generation: 2, effect: 2)
    guard case .failed(_, restored: true) = repeated else {
      Issue.record("expected the same answer again, found \(repeated)")
      return
    }
    #expect(try await stage.incarnation() == restored)
    let older = await stage.redeploy(old, Self.one, generation: 1, effect: 3)
    #expect(older == .fenced(highest: token(2, 1)))

    let again = await stage.redeploy(bad, Self.two, generation: 2, effect: 4)
    guard case .failed(_, restored: true) = again else {
      Issue.record("expected another try to fail as well, found \(again)")
      return
    }
    #expect(try await stage.incarnation() != restored)
  }

  private func holdSilence(_ stage: some ContractStage) async throws {
    let old = try await stage.image(Self.one)
    let bad = try await stage.image(Self.two, ["TENANT_START_DELAY_MS=90000"])
    _ = await stage.redeploy(old, Self.one, generation: 1)

    // The old one has to come back within it, too.
    let result = await stage.redeploy(
      bad, Self.two, generation: 2, by: stage.fleet(startBudget: .seconds(15)))

    guard case .failed(_, restored: true) = result else {
      Issue.record("expected a failure after which the old one runs again, found \(result)")
      return
    }
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdFirstCrash(_ stage: some ContractStage) async throws {
    let bad = try await stage.image(Self.one, ["TENANT_CRASH=start"])

    let result = await stage.redeploy(bad, Self.one, generation: 1, effect: 1)

    guard case .failed(_, restored: false) = result else {
      Issue.record("expected a failure with nothing to go back to, found \(result)")
      return
    }
    let next = try await stage.image(Self.two)
    #expect(await stage.redeploy(next, Self.two, generation: 2, effect: 2) == .restarted)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
  }

  private func holdSlow(_ stage: some ContractStage) async throws {
    let slow = try await stage.image(Self.one, ["TENANT_START_DELAY_MS=700"])

    #expect(await stage.redeploy(slow, Self.one, generation: 1) == .restarted)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdCut(_ stage: some ContractStage) async throws {
    let old = try await stage.image(Self.one)
    let slow = try await stage.image(Self.two, ["TENANT_START_DELAY_MS=700"])
    _ = await stage.redeploy(old, Self.one, generation: 1, effect: 1)
    let before = try await stage.incarnation()

    let order = Task { await stage.redeploy(slow, Self.two, generation: 2, effect: 2) }
    while try await stage.incarnation() == before { await Task.yield() }
    order.cancel()
    _ = await order.value
    let again = await stage.redeploy(slow, Self.two, generation: 2, effect: 2)
    let older = await stage.redeploy(old, Self.one, generation: 1, effect: 3)

    #expect(again == .restarted || again == .alreadyThere, "\(again)")
    #expect(older == .fenced(highest: token(2, 1)))
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
  }

  private func holdStale(_ stage: some ContractStage) async throws {
    let stale = try await stage.image(
      Self.two, ["TENANT_STALE_FOR_MS=60000", "TENANT_STALE_SHA=\(Self.one)"])

    #expect(await stage.redeploy(stale, Self.two, generation: 1) == .restarted)
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
  }

  private func holdTogether(_ stage: some ContractStage) async throws {
    let (old, new) = (try await stage.image(Self.one), try await stage.image(Self.two))
    _ = await stage.redeploy(old, Self.one, generation: 1)

    async let one = stage.redeploy(new, Self.two, generation: 2)
    async let other = stage.redeploy(new, Self.two, generation: 2)
    let results = await [one, other]

    #expect(results.count { $0 == .restarted } >= 1, "\(results)")
    #expect(results.allSatisfy { $0 == .restarted || $0 == .alreadyThere }, "\(results)")
    #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
  }

  private func token(_ generation: UInt64, _ epoch: UInt64) -> FencingToken {
    FencingToken(generation: Generation(generation), epoch: Epoch(epoch))
  }
}
