import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

/// What happens between the judgement and the first write: copies, old bytes, pins.
struct PreparationTests {
  private let mirror: ImageLocation = "mirror.example/acme/app"
  private let appLatest = appLocation.at("latest" as TagName)
  private var mirrorLatest: ImageReference { mirror.at("latest" as TagName) }

  /// `latest` in the registry that builds are pushed to, and of one image in another one.
  private func mirrored(previousKept: Int = 1) -> ChannelPlan {
    ChannelPlan(
      name: "latest", follows: .proven,
      members: latest.members + [.init(image: "app", location: mirror, origin: appLocation)],
      previousKept: previousKept, lockDelay: .seconds(30))
  }

  /// The same, with the other registry asked before it is written, and with signatures.
  private var careful: ChannelPlan {
    ChannelPlan(
      name: "latest", follows: .proven,
      members: latest.members + [
        .init(
          image: "app", location: mirror, origin: appLocation, probes: [.rules, .upload],
          company: .referrers)
      ], previousKept: 1, lockDelay: .seconds(30))
  }

  private func delivery() -> Delivery {
    var world = World(fleetOn: "2")
    world.show("latest", "1")
    world.images[mirrorLatest] = .found(facts(app("1"), of: "1"))
    world.images[mirror.at(app("1"))] = .found(facts(app("1"), of: "1"))
    return Delivery(world)
  }

  private func promote(_ delivery: inout Delivery, _ digit: Character = "2") -> RunID {
    let run = delivery.deploy(digit, .promotion, plan(digit, channels: [mirrored()]))
    delivery.answerAll()
    return run
  }

  // MARK: Copying

  @Test func `an image is copied to where it is missing before any tag is written`() {
    var delivery = delivery()
    delivery.deploy("2", .promotion, plan("2", channels: [mirrored()]))
    delivery.answerAll(until: { if case .copy = $0 { true } else { false } })

    #expect(delivery.world.written == [])
    #expect(
      delivery.wanted.contains(
        .copy(ImageCopy(digest: app("2"), from: appLocation, to: mirror, nearby: app("1")))))
    delivery.answerAll()
    #expect(delivery.world.images[mirrorLatest]?.value?.digest == app("2"))
  }

  @Test func `what lies there already is not copied, and its origin may be out of reach`() {
    var delivery = delivery()
    delivery.world.images[mirror.at(app("2"))] = .found(facts(app("2"), of: "2"))
    let gone: ImageLocation = "gone.example/acme/app"
    let pushedElsewhere = ChannelPlan(
      name: "latest", follows: .proven,
      members: [.init(image: "app", location: mirror, origin: gone)],
      previousKept: 1, lockDelay: .seconds(30))
    delivery.world.images[gone.at(app("2"))] = .unknown(unreachable)

    let run = delivery.deploy("2", .promotion, plan("2", channels: [pushedElsewhere]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.copied == [])
  }

  @Test func `a copy that fails leaves every tag where it is`() {
    var delivery = delivery()
    delivery.world.copies[app("2")] = .failed(forbidden)

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(
      delivery.sentence(run)
        == "nothing was moved: mirror.example/acme/app@\(app("2")) could not be copied from "
        + "registry.example/acme/app: forbidden: not allowed")
    #expect(delivery.world.written == [])
    #expect(delivery.state.openIntents.isEmpty)
  }

  @Test func `a copy that may pass is tried again`() {
    var delivery = delivery()
    delivery.world.copies[app("2")] = .failed(unreachable)

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.copied.count == ControlState.readAttemptsMax)
  }

  @Test func `an image that is nowhere is missing and not copied`() {
    var delivery = delivery()
    delivery.world.images[appLocation.at(app("2"))] = nil

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.stalePlan))
    #expect(delivery.world.copied == [])
  }

  @Test func `a second registry that refuses takes the first one back with the bytes it had`()
    throws
  {
    var delivery = delivery()
    delivery.world.writes[mirrorLatest] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
    #expect(delivery.world.images[mirrorLatest]?.value?.digest == app("1"))
    let undo = try #require(delivery.world.written.last { $0.target == appLatest })
    #expect(undo.before == .digest(app("2")))
    #expect(undo.kept?.digest == app("1"))
  }

  // MARK: Referrers

  @Test func `what refers to an image comes after it and before any tag, and is told`() {
    var delivery = delivery()
    let brought = BroughtReferrers(
      brought: ["mirror.example/acme/app:sha256-a.sig"],
      complaints: ["registry.example/acme/app:sha256-a.att: timed out"])
    delivery.world.brought = brought
    let run = delivery.deploy("2", .promotion, plan("2", channels: [careful]))
    delivery.answerAll(until: { if case .bring = $0 { true } else { false } })

    #expect(delivery.world.copied.count == 1)
    #expect(delivery.world.written == [])
    delivery.answerAll()
    #expect(
      delivery.world.referrers == [ReferrerCopy(digest: app("2"), from: appLocation, to: mirror)])
    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.state.runs[run]?.referrers == [brought])
  }

  @Test func `nothing is brought for an image that was not copied`() {
    var delivery = delivery()
    delivery.world.images[mirror.at(app("2"))] = .found(facts(app("2"), of: "2"))

    delivery.deploy("2", .promotion, plan("2", channels: [careful]))
    delivery.answerAll()

    #expect(delivery.world.referrers == [])
  }

  // MARK: Asking beforehand

  @Test func `a registry that will refuse is found out before anything is copied or written`() {
    var delivery = delivery()
    delivery.world.probes[WriteProbe(.rules, mirror, "latest")] = .refused(forbidden)
    delivery.world.probes[WriteProbe(.upload, mirror, "latest")] = .refused(forbidden)

    let run = delivery.deploy("2", .promotion, plan("2", channels: [careful]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(
      delivery.sentence(run)
        == "nothing was moved, because it would be refused: mirror.example/acme/app:latest: "
        + "forbidden: not allowed; mirror.example/acme/app:latest: forbidden: not allowed")
    #expect(delivery.world.copied == [])
    #expect(delivery.world.written == [])
  }

  @Test(arguments: [(WriteProbe.Kind.rules, true), (.upload, false)])
  func `a right that cannot be learnt holds up a promotion, rules that may not be read do not`(
    kind: WriteProbe.Kind, isPromoted: Bool
  ) {
    var delivery = delivery()
    delivery.world.probes[WriteProbe(kind, mirror, "latest")] = .unanswered(forbidden)

    let run = delivery.deploy("2", .promotion, plan("2", channels: [careful]))
    delivery.answerAll()

    #expect((delivery.conclusion(run) == .promoted) == isPromoted)
  }

  @Test func `a member that shows the candidate already is not asked`() {
    var delivery = delivery()
    delivery.world.images[mirrorLatest] = .found(facts(app("2"), of: "2"))
    delivery.world.images[mirror.at(app("2"))] = .found(facts(app("2"), of: "2"))
    delivery.world.probes[WriteProbe(.upload, mirror, "latest")] = .refused(forbidden)

    let run = delivery.deploy("2", .promotion, plan("2", channels: [careful]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  // MARK: All at once

  @Test func `what cannot be read and what is missing are told together`() {
    var delivery = delivery()
    delivery.world.images[mirrorLatest] = .unknown(forbidden)
    delivery.world.images[workerLocation.at(worker("2"))] = nil

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(
      delivery.sentence(run)
        == "could not be read: mirror.example/acme/app:latest: forbidden: not allowed; and an image of "
        + "\(commit("2").short) is not there: \(workerLocation.at(worker("2")))")
  }

  @Test func `every member that does not say its commit, and every one that is newer, is named`() {
    var delivery = delivery()
    let nameless = app("e")
    for place in [appLatest, mirrorLatest] {
      delivery.world.images[place] = .found(
        ImageFacts(digest: nameless, revision: .missing, source: .missing))
    }
    delivery.world.images[workerLocation.at("latest" as TagName)] = .found(
      facts(worker("3"), of: "3"))

    let run = promote(&delivery)

    let sentence = delivery.sentence(run) ?? ""
    #expect(delivery.conclusion(run) == .refused(.unlabelled))
    for place in [appLatest, mirrorLatest, workerLocation.at("latest" as TagName)] {
      #expect(sentence.contains(place.text))
    }
  }

  // MARK: Keeping

  @Test func `the old bytes of every member are in the journal before the first tag is written`() {
    var delivery = delivery()
    delivery.deploy("2", .promotion, plan("2", channels: [mirrored()]))
    delivery.answerAll(until: { if case .keep = $0 { true } else { false } })

    #expect(
      delivery.wanted.filter { if case .keep = $0 { true } else { false } } == [
        .keep(appLocation.at(app("1"))), .keep(workerLocation.at(worker("1"))),
        .keep(mirror.at(app("1"))),
      ])
  }

  @Test func `bytes that cannot be kept are reason to move nothing`() {
    var delivery = delivery()
    delivery.world.keeps[mirror.at(app("1"))] = .unknown(forbidden)

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.written == [])
  }

  @Test func `each write says what the tag showed when the intent was made`() {
    var delivery = delivery()
    _ = promote(&delivery)

    let channel = delivery.world.written.filter { $0.tag == "latest" }
    #expect(
      channel.map(\.before) == [
        .digest(app("1")), .digest(worker("1")), .digest(app("1")),
      ])
  }

  // MARK: Pins

  /// Promotes commits 2, 3 and 4 one after the other.
  private func promoteThree(previousKept: Int) -> Delivery {
    var delivery = Delivery(promoted: "2")
    let channel = ChannelPlan(
      name: "latest", follows: .proven, members: latest.members, previousKept: previousKept,
      lockDelay: .seconds(30))
    for digit in "345" {
      delivery.deploy(digit, .everything, plan(digit, channels: [channel]))
      delivery.answerAll()
    }
    return delivery
  }

  @Test func `pins carry the generation that left them, oldest first`() {
    let delivery = promoteThree(previousKept: 5)

    let pins = delivery.state.pins["latest"]?.filter { $0.location == appLocation } ?? []
    #expect(pins.map(\.digest).suffix(3) == [app("2"), app("3"), app("4")])
    #expect(pins.last?.tag == "latest-prev-7-a4a4a4a4a4a4")
    #expect(delivery.world.removed == [])
  }

  @Test func `pins beyond the number that is kept are removed, oldest first`() {
    let delivery = promoteThree(previousKept: 2)

    let pins = delivery.state.pins["latest"]?.filter { $0.location == appLocation } ?? []
    #expect(pins.map(\.digest) == [app("3"), app("4")])
    #expect(delivery.world.removed.filter { $0.location == appLocation }.last?.digest == app("2"))
  }

  @Test func `a rollback does not remove the pin of what it goes to`() throws {
    var delivery = promoteThree(previousKept: 1)
    let before = delivery.world.removed.count
    delivery.order(.rollback(to: commit("4"), plan("4"), "5 leaks"))
    delivery.answerAll()

    #expect(delivery.world.shown("latest") == [app("4"), worker("4")])
    #expect(!delivery.world.removed[before...].contains { $0.digest == app("4") })
  }

  // MARK: Skew

  @Test func `how long the members may have differed is measured`() throws {
    var delivery = delivery()
    let run = promote(&delivery)

    #expect(delivery.state.runs[run]?.skew != nil)
  }
}
