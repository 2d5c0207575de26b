import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// What others write while an order is under way, and what becomes of a lost answer.
@Suite(.timeLimit(.minutes(2))) struct KubernetesFenceTests {
  private static let highest = FencingToken(generation: Generation(2), epoch: Epoch(7))

  @Test func `an order that was overtaken between its read and its write is fenced`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let (old, new) = (
        try await stage.image(ClusterStage.first), try await stage.image(ClusterStage.second)
      )
      _ = await stage.redeploy(new, ClusterStage.second, generation: 2)
      let (generation, pods) = (stage.generation, stage.cluster.podsMade)
      stage.once("PATCH") { stage.obey("4.1", ClusterStage.other, ClusterStage.second) }

      let result = await stage.redeploy(old, ClusterStage.first, generation: 3)

      #expect(result == .fenced(highest: FencingToken(generation: Generation(4), epoch: Epoch(1))))
      // The newer one's own change, and no other.
      #expect(stage.generation == generation.map { $0 + 1 } && stage.cluster.podsMade == pods + 1)
      #expect(stage.annotation("pawl.token") == "4.1")
    }
  }

  @Test func `what somebody else writes between is kept, and the order decided again`() async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.once("PATCH") {
        stage.cluster.change(
          stage.path,
          .object(["metadata": .object(["annotations": .object(["team": .text("core")])])]))
      }

      #expect(await stage.redeploy(image, ClusterStage.first, generation: 1) == .restarted)

      #expect(stage.annotation("team") == "core")
      #expect(stage.annotation("pawl.token") == "1.1")
      #expect(stage.patches == 2)
    }
  }

  @Test func `somebody who writes without end is told of`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.cluster.misbehave { $0.method == "PATCH" ? .answer(409, body: Array("{}".utf8)) : nil }

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result.unknown?.detail.contains("somebody else is changing") == true, "\(result)")
      #expect(stage.patches == 4)
    }
  }

  @Test func `an order whose answer was lost is followed when it comes again, and written once`()
    async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.loseAnswer(to: "PATCH")

      let lost = await stage.redeploy(image, ClusterStage.first, generation: 1)
      let generation = stage.generation
      let again = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(lost.unknown?.cause == .unreachable, "\(lost)")
      #expect(again == .alreadyThere)
      #expect(generation == 2 && stage.generation == 2)
    }
  }

  @Test func `an order whose answer was lost, and which a newer one overtook, is fenced`()
    async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.loseAnswer(to: "PATCH") {
        stage.obey("2.7", ClusterStage.other, ClusterStage.second)
      }

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result == .fenced(highest: Self.highest))
    }
  }

  @Test func `a newer order that comes while pods are changed ends the waiting for the older`()
    async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let slow = try await stage.image(ClusterStage.first, ["TENANT_START_DELAY_MS=60000"])
      stage.once("GET", "watch=true") {
        stage.obey("2.7", ClusterStage.other, ClusterStage.second)
      }

      let result = await stage.redeploy(slow, ClusterStage.first, generation: 1)

      #expect(result == .fenced(highest: Self.highest))
      #expect(stage.patches == 1)
    }
  }

  @Test(arguments: Workload.Kind.allCases)
  func
    `an order that is stopped before any of its requests, and goes on after a newer one, moves nothing`(
      _ kind: Workload.Kind
    ) async throws
  {
    for stop in 0..<40 {
      var wasStopped = false
      try await ClusterStage.run(kind) { stage in
        try await stage.prepare()
        let (first, older, newer) = (
          try await stage.image(ClusterStage.first), try await stage.image(ClusterStage.first),
          try await stage.image(ClusterStage.second)
        )
        _ = await stage.redeploy(first, ClusterStage.first, generation: 1)
        let asked = Mutex(0)
        let podsThen = Mutex<Int?>(nil)
        stage.cluster.misbehave { received in
          guard received.target.hasPrefix("/api"), received.method != "DELETE",
            asked.withLock({ asked in
              asked += 1
              return asked == stop + 1
            })
          else { return nil }
          stage.obey("9.1", newer, ClusterStage.second)
          podsThen.withLock { $0 = stage.cluster.podsMade }
          return nil
        }

        let result = await stage.redeploy(older, ClusterStage.first, generation: 2)

        guard let pods = podsThen.withLock({ $0 }) else {
          #expect(result == .restarted)
          return
        }
        wasStopped = true
        #expect(
          result == .fenced(highest: FencingToken(generation: Generation(9), epoch: Epoch(1))),
          "stopped before request \(stop)")
        #expect(stage.annotation("pawl.token") == "9.1")
        #expect(stage.cluster.podsMade == pods)
        #expect(stage.cluster.serving.map(\.image?.commit) == [ClusterStage.second])
      }
      guard wasStopped else { return }
    }
    Issue.record("expected an order to need less than 40 requests")
  }

  @Test func `annotations that cannot be read are not taken for none`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.obey("two", ClusterStage.other, ClusterStage.second)

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result.unknown?.cause == .malformed, "\(result)")
      #expect(stage.patches == 0)
    }
  }
}

extension RedeployResult {
  var unknown: Unknown? { if case .unknown(let unknown) = self { unknown } else { nil } }
  /// Why it failed, and whether what ran before runs again.
  var failure: (reason: String, restored: Bool)? {
    if case .failed(let reason, let restored) = self { (reason, restored) } else { nil }
  }
}

extension ClusterStage {
  var patches: Int { server.received.count { $0.method == "PATCH" } }

  /// Does something before the first request of this kind is looked at.
  func once(_ method: String, _ part: String = "", _ work: @escaping @Sendable () -> Void) {
    let box = Once()
    cluster.misbehave { received in
      if received.method == method, received.target.contains(part), box.begin() { work() }
      return nil
    }
  }

  /// Answers the first watch with what `first` gives, nil for the cluster's own answer, and at the next one
  /// everything that is starting is ready: so there has to be a next one.
  func atFirstWatch(_ first: @escaping @Sendable () -> FaultyServer.Reply?) {
    let (cluster, once) = (cluster, Once())
    cluster.misbehave { received in
      guard received.target.contains("watch=true") else { return nil }
      if once.begin() { return first() }
      cluster.startPods()
      return nil
    }
  }

  /// Carries out the first request of this kind, and cuts the connection instead of answering.
  func loseAnswer(to method: String, then work: @escaping @Sendable () -> Void = {}) {
    let cluster = cluster
    let box = Once()
    cluster.misbehave { received in
      guard received.method == method, box.begin() else { return nil }
      // Asked for again from within, it is not lost any more.
      _ = cluster.reply(to: received)
      work()
      return .reset
    }
  }
}

/// True the first time.
final class Once: Sendable {
  private let isDone = Mutex(false)

  func begin() -> Bool {
    isDone.withLock { isDone in
      defer { isDone = true }
      return !isDone
    }
  }
}
