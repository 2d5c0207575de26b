import Decisions
import Testing
import Vocabulary

struct AdmissionTests {
  /// How a release of commit 2 ends in a world that `change` has changed.
  private func conclusion(_ change: (inout World) -> Void) -> Conclusion? {
    var delivery = Delivery()
    change(&delivery.world)
    let run = delivery.deploy("2")
    delivery.answerAll()
    return delivery.conclusion(run)
  }

  @Test func `all questions are asked at once`() {
    var delivery = Delivery()

    delivery.deploy("2")

    #expect(
      delivery.wanted == [
        .inspect(build(appLocation, "2")), .inspect(build(workerLocation, "2")), .head("main"),
      ])
  }

  @Test func `an image without the revision label is refused`() {
    #expect(
      conclusion { world in
        world.images[build(appLocation, "2")] = .found(
          ImageFacts(
            digest: app("2"), revision: .missing, source: .value("https://git.example/acme")))
      } == .refused(.unlabelled))
  }

  @Test func `an image built from another commit is refused`() {
    #expect(
      conclusion { $0.images[build(appLocation, "2")] = .found(facts(app("2"), of: "3")) }
        == .refused(.unlabelled))
  }

  @Test func `an image that names a short commit is refused`() {
    #expect(
      conclusion { world in
        world.images[build(appLocation, "2")] = .found(
          ImageFacts(
            digest: app("2"), revision: .value("2222222"),
            source: .value("https://git.example/acme")))
      } == .refused(.unlabelled))
  }

  @Test func `an index whose images say different commits is refused, and they are named`() {
    var delivery = Delivery()
    delivery.world.images[build(appLocation, "2")] = .found(
      ImageFacts(
        digest: app("2"),
        revision: .init(ofAll: [
          ("linux/amd64", commit("2").text), ("linux/arm64", commit("1").text),
        ]), source: .value("https://git.example/acme")))

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unlabelled))
    #expect(
      delivery.sentence(run)?.contains(
        "linux/amd64 says '\(commit("2"))', linux/arm64 says '\(commit("1"))'") == true)
  }

  @Test(arguments: [
    ImageFacts.Label.missing, .value("https://git.example/fork"),
    .init(ofAll: [("linux/amd64", "https://git.example/acme"), ("linux/arm64", nil)]),
  ])
  func `an image from another repository is refused`(source: ImageFacts.Label) {
    #expect(
      conclusion { world in
        world.images[build(appLocation, "2")] = .found(
          ImageFacts(digest: app("2"), revision: .value(commit("2").text), source: source))
      } == .refused(.unlabelled))
  }

  @Test func `an image that cannot be read is unknown and never absent`() {
    #expect(
      conclusion { $0.images[build(appLocation, "2")] = .unknown(forbidden) } == .refused(.unknown))
  }

  @Test func `a commit whose branch cannot be read is refused`() {
    #expect(conclusion { $0.head = .unknown(forbidden) } == .refused(.unknown))
  }

  @Test func `a commit of a branch that does not exist is refused`() {
    #expect(conclusion { $0.head = .absent } == .refused(.offLineage))
  }

  @Test func `a commit ahead of the head of the branch is refused`() {
    #expect(conclusion { $0.head = .found(commit("1")) } == .refused(.offLineage))
  }

  @Test func `a commit beside the branch is refused`() {
    #expect(conclusion { $0.head = .found(commit("a")) } == .refused(.offLineage))
  }

  @Test func `a commit behind what is released is refused`() {
    var delivery = Delivery(promoted: "3")

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.behind))
    #expect(
      delivery.sentence(run)
        == "222222222222 is behind 333333333333, what is released now; releases only go forward")
  }

  @Test func `a commit that the repository does not know is refused as unknown`() {
    var delivery = Delivery(promoted: "3")
    delivery.world.comparisons[commit("3")] = .absent

    let run = delivery.deploy("4")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
  }

  @Test func `the builds of one image in two registries must be one digest`() {
    var delivery = Delivery()
    let mirror: ImageReference = "mirror.example/acme/app:two"
    delivery.world.images[mirror] = .found(facts(app("9"), of: "2"))
    let base = plan("2")
    let mirrored = ReleasePlan(
      releaseSet: ReleaseSet(
        members: [
          .init(name: "app", builds: [build(appLocation, "2"), mirror]),
          .init(name: "worker", builds: [build(workerLocation, "2")]),
        ], source: nil),
      branch: "main", channels: [latest], gates: base.gates, rollout: base.rollout,
      tenantImage: "app", tenantLocation: appLocation)

    let run = delivery.deploy("2", .everything, mirrored)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.stalePlan))
  }

  @Test func `what was forgotten while images are still read is asked again`() throws {
    var delivery = Delivery(promoted: "2")
    delivery.world.comparisons[commit("2")] = .unknown(forbidden)
    let waiting = delivery.deploy("3")
    delivery.answer(where: { !$0.isInspect })

    delivery.world.comparisons = [:]
    delivery.deploy("4")
    delivery.answerAll()

    #expect(delivery.conclusion(waiting) != nil)
  }

  private static func smoked(_ channels: [ChannelPlan] = [stagingLatest]) -> ReleasePlan {
    var plan = plan("2", channels: channels)
    plan.gates.smoke = ["smoke / boots"]
    return plan
  }

  @Test func `images nobody has seen to start are no candidate, and no channel moves`() {
    var delivery = Delivery()
    let run = delivery.deploy("2", .candidate, Self.smoked())
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .deferred)
    #expect(
      delivery.sentence(run)
        == "smoke / boots is absent: expected its report before 222222222222 is a candidate")
    #expect(delivery.world.written.isEmpty)
  }

  @Test func `images that failed their smoke test are refused`() {
    var delivery = Delivery()
    delivery.report("smoke / boots", .failure, on: "2")
    let run = delivery.deploy("2", .candidate, Self.smoked())
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.gateRed))
    #expect(delivery.world.written.isEmpty)
  }

  @Test func `a smoke test that passed makes a candidate, and one of another commit does not`() {
    var delivery = Delivery()
    delivery.report("smoke / boots", .success, on: "3")
    let other = delivery.deploy("2", .candidate, Self.smoked())
    delivery.answerAll()
    delivery.report("smoke / boots", .success, on: "2")
    let run = delivery.deploy("2", .candidate, Self.smoked())
    delivery.answerAll()

    #expect(delivery.conclusion(other) == .deferred)
    #expect(delivery.conclusion(run) == .admitted)
    #expect(delivery.world.shown("staging-latest") == [app("2"), worker("2")])
  }

  @Test func `a smoke test of other images of the commit makes no candidate, and refuses none`() {
    var delivery = Delivery()
    for state in [CommitStatus.State.success, .failure] {
      var status = CommitStatus(
        commit: commit("2"), context: "smoke / boots", state: state, address: nil)
      status.images = [app("2"), worker("9")]
      delivery.order(.report(status))
      let built = delivery.deploy("2", .candidate, Self.smoked())
      delivery.answerAll()
      #expect(delivery.conclusion(built) == .deferred)
      #expect(
        delivery.sentence(built)?.hasPrefix(
          "smoke / boots is pending: reported for other images of this commit") == true)
    }

    var status = CommitStatus(
      commit: commit("2"), context: "smoke / boots", state: .success, address: nil)
    status.images = [worker("2"), app("2")]
    delivery.order(.report(status))
    let run = delivery.deploy("2", .candidate, Self.smoked())
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .admitted)
  }

  @Test func `the raw pointer never goes back to an older candidate`() {
    var delivery = Delivery()
    let newer = delivery.deploy("5", .candidate, plan("5", channels: [stagingLatest]))
    delivery.answerAll()
    let older = delivery.deploy("4", .candidate, plan("4", channels: [stagingLatest]))
    delivery.answerAll()

    #expect(delivery.conclusion(newer) == .admitted)
    #expect(delivery.conclusion(older) == .refused(.behind))
    #expect(delivery.world.shown("staging-latest") == [app("5"), worker("5")])
  }

  @Test func `a short name that means two commits is refused, and says so`() {
    let other = Commit(
      normalized: String(repeating: "2", count: 7) + String(repeating: "a", count: 33))
    var delivery = Delivery()
    delivery.world.images[build(appLocation, "2")] = .found(
      ImageFacts(
        digest: app("2"), revision: .value(other.text), source: .value("https://git.example/acme")))
    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unlabelled))
    #expect(delivery.sentence(run)?.contains("the short name means two commits") == true)
  }
}
