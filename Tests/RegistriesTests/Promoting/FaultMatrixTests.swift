import Decisions
import Foundation
import OrderedCollections
import TestSupport
import Testing
import Vocabulary

/// Every request of a promotion over two registries, each with every fault: all members end new or all end
/// old, the run says which, and the same command again converges.
///
/// The whole matrix takes minutes, so a run takes one part of it, another one each time, and `make long`
/// takes all of them. `PAWL_MATRIX_PART=N` takes the part that a failure names.
struct FaultMatrixTests {
  private static let partsCount = 6
  private static let part: Int? = {
    let environment = ProcessInfo.processInfo.environment
    if environment["PAWL_LONG_TESTS"] == "1" { return nil }
    let part =
      environment["PAWL_MATRIX_PART"].flatMap(Int.init) ?? Int.random(in: 0..<partsCount)
    say("part \(part) of \(partsCount); all parts in make long")
    return part % partsCount
  }()

  private static func say(_ sentence: String) {
    FileHandle.standardError.write(Data("fault matrix: \(sentence)\n".utf8))
  }

  /// Those of the part that this run takes.
  private static func chosen<Case>(_ cases: [Case], _ what: String) -> [Case] {
    let chosen =
      part.map { part in cases.indices.filter { $0 % partsCount == part }.map { cases[$0] } }
      ?? cases
    say("\(what): \(chosen.count) of \(cases.count)")
    return chosen
  }

  /// How many requests the faultless promotion sends to the registry that builds are pushed to, and to the
  /// one they are copied to.
  private static func requests(isNew: Bool) async throws -> [[String]] {
    try await Stage.run(isNew: isNew, wantsTokens: true) { stage, registry in
      var promoter = Promoter(registry)
      let conclusion = await promoter.promote(Stage.new, stage.plan)
      #expect(conclusion == .promoted)
      #expect(stage.shown == .all(Stage.new))
      for name in Stage.names {
        let signature = "sha256-\(Stage.image(name, Stage.new).digest.hex).sig"
        #expect(
          stage.copied.shown(Stage.repository(name), TagName(normalized: signature)) != nil)
      }
      return [stage.pushed.requests, stage.copied.requests]
    }
  }

  /// Every fault at every request at which it differs from another.
  private static func cases(
    _ requests: [String], where isMeant: (String) -> Bool = { _ in true }
  ) -> [(index: Int, fault: MemoryRegistry.Fault)] {
    requests.indices.filter { isMeant(requests[$0]) }.flatMap { index in
      MemoryRegistry.Fault.allCases.filter { $0.differs(for: requests[index]) }.map { (index, $0) }
    }
  }

  @Test(arguments: [0, 1])
  func `a channel that moves is never left mixed`(registry number: Int) async throws {
    let requests = try await Self.requests(isNew: false)[number]

    for (index, fault) in Self.chosen(Self.cases(requests), "faults in registry \(number)") {
      try await Stage.run(wantsTokens: true) { stage, registry in
        let struck = [stage.pushed, stage.copied][number]
        struck.strike(index, with: fault)
        var promoter = Promoter(registry)
        let conclusion = await promoter.promote(Stage.new, stage.plan)
        let request = struck.requests.indices.contains(index) ? struck.requests[index] : "none"
        expectWhole(stage, conclusion, before: .all(Stage.old), "\(fault) at \(index), \(request)")

        guard stage.shown != .all(Stage.new) else { return }
        struck.strike(nil, with: fault)
        let again = await promoter.promote(Stage.new, stage.plan)
        #expect(
          stage.shown == .all(Stage.new) && again?.exitCode != 25,
          "\(fault) at \(index), \(request): the same again ended \(String(describing: again))")
      }
    }
  }

  /// Without a digest beside it, a body under a tag can only be held against what else the registry says.
  @Test(arguments: [0, 1])
  func `registries that name no digest do not have an altered body published`(
    registry number: Int
  ) async throws {
    let requests = try await Stage.run(namesDigests: false) { stage, registry in
      var promoter = Promoter(registry)
      #expect(await promoter.promote(Stage.new, stage.plan) == .promoted)
      #expect(stage.shown == .all(Stage.new))
      return [stage.pushed, stage.copied][number].requests
    }
    let reads = requests.indices.filter {
      requests[$0].hasPrefix("GET ") && requests[$0].contains("/manifests/")
    }
    #expect(!reads.isEmpty)

    for index in reads {
      try await Stage.run(namesDigests: false) { stage, registry in
        [stage.pushed, stage.copied][number].strike(index, with: .altered)
        var promoter = Promoter(registry)
        let conclusion = await promoter.promote(Stage.new, stage.plan)
        expectWhole(
          stage, conclusion, before: .all(Stage.old), "altered at \(index), \(requests[index])")
      }
    }
  }

  @Test func `a token that cannot be had leaves the channel whole`() async throws {
    let count = try await Stage.run(wantsTokens: true) { stage, registry in
      var promoter = Promoter(registry)
      _ = await promoter.promote(Stage.new, stage.plan)
      return stage.tokens.requests
    }
    #expect(count == 2)

    for index in 0..<count {
      for fault in MemoryRegistry.Fault.allCases {
        try await Stage.run(wantsTokens: true) { stage, registry in
          stage.tokens.strike(index, with: fault)
          var promoter = Promoter(registry)
          let conclusion = await promoter.promote(Stage.new, stage.plan)
          expectWhole(stage, conclusion, before: .all(Stage.old), "\(fault) at token \(index)")

          guard stage.shown != .all(Stage.new) else { return }
          stage.tokens.strike(nil, with: fault)
          _ = await promoter.promote(Stage.new, stage.plan)
          #expect(stage.shown == .all(Stage.new), "\(fault) at token \(index), and again")
        }
      }
    }
  }

  @Test(arguments: [0, 1])
  func `a channel that is begun is there whole or not at all`(registry number: Int) async throws {
    let requests = try await Self.requests(isNew: true)[number]
    let cases = Self.cases(requests) { $0.hasSuffix("/manifests/latest") }
    #expect(cases.count > 50)

    for (index, fault) in Self.chosen(cases, "faults in registry \(number) at a new channel") {
      try await Stage.run(isNew: true, wantsTokens: true) { stage, registry in
        let struck = [stage.pushed, stage.copied][number]
        struck.strike(index, with: fault)
        var promoter = Promoter(registry)
        let conclusion = await promoter.promote(Stage.new, stage.plan)
        expectWhole(stage, conclusion, before: .none, "\(fault) at \(index), \(requests[index])")

        guard stage.shown != .all(Stage.new) else { return }
        struck.strike(nil, with: fault)
        _ = await promoter.promote(Stage.new, stage.plan)
        #expect(stage.shown == .all(Stage.new))
      }
    }
  }

  @Test(arguments: [0, 1])
  func `a process that dies between two requests leaves nothing that the next one cannot finish`(
    registry number: Int
  ) async throws {
    let count = try await Self.requests(isNew: false)[number].count

    for index in Self.chosen(Array(0..<count), "deaths at registry \(number)") {
      try await Stage.run(wantsTokens: true) { stage, registry in
        let last = [stage.pushed, stage.copied][number]
        last.end(before: index)
        var promoter = Promoter(registry)
        let conclusion = await promoter.promote(Stage.new, stage.plan) { last.hasEnded }
        last.end(before: nil)
        guard conclusion == nil else {
          // Requests that go out together come in any order, and the last may never have been sent.
          expectWhole(stage, conclusion, before: .all(Stage.old), "ended before \(index)")
          return
        }
        let finished = await promoter.takeOver()
        expectWhole(stage, finished, before: .all(Stage.old), "died before \(index)")
        guard stage.shown != .all(Stage.new) else { return }
        _ = await promoter.promote(Stage.new, stage.plan)
        #expect(stage.shown == .all(Stage.new), "died before \(index), and the same again")
      }
    }
  }

  /// A registry that cannot remove a tag leaves the one promise that nobody can keep: it is named, and the
  /// intent stays open until the channel is whole.
  @Test func `a new tag that cannot be removed is named and finished by the next run`() async throws
  {
    try await Stage.run(isNew: true, canRemoveTags: false, wantsTokens: true) { stage, registry in
      var promoter = Promoter(registry)
      let requests = try await Self.requests(isNew: true)[1]
      let write = try #require(
        requests.firstIndex { $0.hasPrefix("PUT") && $0.hasSuffix("/manifests/latest") })
      stage.copied.strike(write, with: .forbidden)

      let conclusion = await promoter.promote(Stage.new, stage.plan)

      guard stage.shown != .all(Stage.new) else { return }
      #expect(conclusion == .refused(.unknown))
      #expect(promoter.state.openIntents == ["latest": Stage.new])
      stage.copied.strike(nil, with: .forbidden)
      let again = await promoter.promote(Stage.new, stage.plan)
      #expect(again == .repaired)
      #expect(stage.shown == .all(Stage.new))
    }
  }

  private func expectWhole(
    _ stage: Stage, _ conclusion: Conclusion?, before: Stage.Shown, _ place: String
  ) {
    switch conclusion {
    case .promoted, .repaired, .noop:
      #expect(stage.shown == .all(Stage.new), "\(place): \(String(describing: conclusion))")
    default:
      #expect(stage.shown == before, "\(place): \(String(describing: conclusion))")
    }
  }
}
