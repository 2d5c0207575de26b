import Testing
import Vocabulary

@testable import Decisions

/// What a branch can do while a release waits.
struct BranchTests {
  private static let ci: ContextName = "CI / all-required (push)"
  private static func plan(_ commit: Commit) -> ReleasePlan { Real.plan(commit, required: [ci]) }

  @Test func `a newer commit without images supersedes nothing`() {
    var delivery = Delivery.real(
      Shown(checks: .found([check(Self.ci, .pending)])), head: Real.newer)
    let older = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    delivery.world.images[Real.build(workerLocation, Real.newer)] = .absent

    let newer = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.admit()

    #expect(delivery.conclusion(newer) == .deferred)
    #expect(delivery.run(older)?.stage == .gating)
  }

  @Test func `a commit that a force-push dropped is refused`() {
    var delivery = Delivery.real(head: Real.newer)
    delivery.world.comparisons[Real.newer] = .found(.diverged)
    let run = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.offLineage))
  }

  @Test func `a commit that a force-push dropped while its checks were waited for moves nobody`()
    throws
  {
    var delivery = Delivery.real(
      Shown(checks: .found([check(Self.ci, .pending)])), head: Real.older)
    let run = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    #expect(delivery.run(run)?.stage == .gating)

    delivery.world.head = .found(Real.newer)
    delivery.world.comparisons[Real.newer] = .found(.diverged)
    delivery.show(Shown(checks: .found([check(Self.ci)])))
    try delivery.readAgain()

    #expect(delivery.conclusion(run) == .refused(.offLineage))
    #expect(delivery.world.restarts.isEmpty)
  }

  @Test func `a commit that is dropped while the fleet moves leaves the channels`() throws {
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci)])), head: Real.older)
    let run = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll(until: \.isSoak)

    delivery.world.head = .absent
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.offLineage))
    #expect(delivery.sentence(run) == "every tenant is proven, and the branch main does not exist")
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
  }

  @Test func `a head that cannot be read when the gates open is waited for, and then goes on`()
    throws
  {
    var delivery = Delivery.real(
      Shown(checks: .found([check(Self.ci, .pending)])), head: Real.older)
    let run = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    delivery.world.head = .unknown(Unknown(.serverError, "502"))
    delivery.show(Shown(checks: .found([check(Self.ci)])))
    delivery.answer(try delivery.effect { $0.isPauseBetweenReadings }, .rang)
    delivery.answerAll(until: { if case .wait(.head, _) = $0 { true } else { false } })
    #expect(delivery.run(run)?.stage == .gating)

    // Meanwhile a check turns red, which is heeded at once.
    var red = delivery
    red.show(Shown(checks: .found([check(Self.ci, .failure)])))
    try red.readAgain()
    #expect(red.conclusion(run) == .refused(.gateRed))

    // Or the time of the gates is up, which bounds it.
    var late = delivery
    late.answer(try late.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)
    #expect(late.conclusion(run) == .deferred)
    #expect(late.sentence(run)?.contains("is still on main was not known yet") == true)

    delivery.world.head = .found(Real.newer)
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a merge commit is newer than both sides of it`() {
    // 7a72516 came in through the merge 7f25373, whose other side is e6307e2f.
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci)])), head: Real.newer)
    delivery.world.branch = [commit("1"), Real.older, Real.newer]
    let side = delivery.release(Real.older, Self.plan(Real.older))
    delivery.admit()
    let merge = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.answerAll()

    #expect(delivery.conclusion(side) == .superseded)
    #expect(delivery.conclusion(merge) == .promoted)
  }

  @Test func `a branch that was deleted is refused`() {
    var delivery = Delivery.real()
    delivery.world.head = .absent
    let run = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.offLineage))
    #expect(delivery.sentence(run) == "the branch main does not exist")
  }

  @Test func `a head that went back for a moment is read again, and the release goes on`() throws {
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci)])), head: Real.older)
    let run = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.answerAll(until: { if case .wait(.head, _) = $0 { true } else { false } })
    #expect(delivery.run(run)?.stage == .admitting)

    delivery.world.head = .found(Real.newer)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a head that stays back is off the branch`() {
    var delivery = Delivery.real(head: Real.older)
    let run = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.offLineage))
  }

  @Test func `an unreadable head holds, with a bound, and then somebody is told`() {
    var delivery = Delivery.real()
    delivery.world.head = .unknown(Unknown(.serverError, "502"))
    let run = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.answerAll(until: { $0 == .wait(.head("main", attempt: 11), .seconds(60)) })
    #expect(delivery.run(run)?.stage == .admitting, "eleven pauses, ten minutes")

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.sentence(run)?.contains("serverError: 502") == true)
  }

  @Test func `a head that a token may not read does not wait`() {
    var delivery = Delivery.real()
    delivery.world.head = .unknown(Unknown(.forbidden, "403"))
    let run = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(
      !delivery.steps.contains { step in
        step.effects.contains { if case .wait(.head, _) = $0.action { true } else { false } }
      })
  }
}
