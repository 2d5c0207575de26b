import Testing
import Vocabulary

/// How a run ended, in every form in which that is told.
struct ConclusionTests {
  /// Written out: scripts depend on the numbers, dashboards on the words.
  @Test func `every conclusion has its word and its exit code`() {
    #expect(
      Conclusion.all.map { "\($0.label) \($0.exitCode)" } == [
        "promoted 0", "admitted 0", "proven 0", "noop 10", "superseded 11", "deferred 12",
        "refused-behind 20",
        "refused-diverged 21", "refused-off-lineage 22", "refused-unlabelled 23",
        "refused-gate-red 24",
        "refused-unknown 25", "refused-stale-plan 26", "refused-production-guard 27",
        "stopped-kill-switch 30", "stopped-freeze 31", "stopped-operator 32", "halted-canary 40",
        "halted-threshold 41", "halted-settle 42", "halted-unreachable 43", "halted-empty-fleet 44",
        "halted-scope-changed 45", "reverted 50", "rolled-back 0", "repaired 0", "quarantined 0",
        "lagging 51",
      ])
  }

  @Test func `no two conclusions share a word, and no two failures an exit code`() {
    let labels = Conclusion.all.map(\.label)
    let codes = Conclusion.all.map(\.exitCode).filter { $0 != 0 }

    #expect(Set(labels).count == labels.count)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { (1...125).contains($0) })
  }

  @Test func `a conclusion survives the journal`() {
    for conclusion in Conclusion.all { #expect(throughJSON(conclusion) == conclusion) }
  }

  @Test func `a word is a label of metrics and an anchor of pages`() {
    for conclusion in Conclusion.all {
      #expect(DeliveryName.normalized(conclusion.label) == conclusion.label)
      #expect(conclusion.description == conclusion.label)
    }
  }
}
