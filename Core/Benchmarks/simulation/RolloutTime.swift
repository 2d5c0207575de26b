import Glibc
import Simulation
import Vocabulary

/// How long a release takes to reach a whole fleet, and how far a bad one gets before it is stopped: the real
/// decisions in virtual time, beside the rules of Kubernetes and Swarm.
///
/// A bad build comes up well and dies within a minute and a half. Beside each engine's own defaults stands
/// what it takes when it may expose no more tenants to that build than pawl did, and watches as long as pawl
/// soaks.
enum RolloutTime {
  private static let counts = [10, 100, 1_000, 10_000, 100_000]
  private static let soak: Int64 = 60_000

  /// - Parameter tenantsMax: larger fleets are left out.
  static func print(tenantsMax: Int) {
    for count in counts where count <= tenantsMax {
      Swift.print("\(count) tenants")
      let growing = release(count, .growing(first: 3, factor: 2, capPercent: 10))
      row("pawl, 3 at once, doubling to 10 %", growing)
      let wider = release(count, .growing(first: 3, factor: 2, capPercent: 25))
      row("pawl, 3 at once, doubling to 25 %", wider)
      let fixed = release(count, .fixed(max(3, count / 10)))
      row("pawl, \(max(3, count / 10)) at once", fixed)
      asTheyAre(count)
      engines(count, exposing: growing.exposed)
      if fixed.exposed != growing.exposed { engines(count, exposing: fixed.exposed) }
      // Large fleets take a while.
      fflush(nil)
    }
  }

  private static func asTheyAre(_ count: Int) {
    // A quarter may be missing and a quarter more be there, as a Deployment says when nobody says otherwise.
    let quarter = max(1, count / 4)
    row("Kubernetes, 25 %/25 %", EngineRule(kind: .kubernetes, width: 2 * quarter, watch: 0), count)
    row("Swarm, watching 5 s", EngineRule(kind: .swarm, width: 1, watch: 5_000), count)
  }

  private static func engines(_ count: Int, exposing limit: Int) {
    for (name, kind) in [("Kubernetes", EngineRule.Kind.kubernetes), ("Swarm", .swarm)] {
      let rule = EngineRule.widest(kind, watch: soak, exposing: limit, of: count)
      row("\(name), watching 60 s, \(limit) may be exposed", rule, count)
    }
  }

  private static func release(
    _ count: Int, _ batch: RolloutPlan.Batch
  ) -> (took: TimeSpan, exposed: Int) {
    let subject = Simulator.Subject.usual(tenants: count, batch: batch)
    let good = Simulator.release(to: subject, isBad: false)
    precondition(good.conclusion == .promoted, "an undisturbed release is promoted")
    return (good.took, Simulator.release(to: subject, isBad: true).exposed)
  }

  private static func row(_ name: String, _ rule: EngineRule, _ count: Int) {
    row(
      "\(name), \(rule.width) at once",
      (
        .milliseconds(rule.roll(count, isBad: false).took), rule.roll(count, isBad: true).exposed
      ))
  }

  private static func row(_ name: String, _ result: (took: TimeSpan, exposed: Int)) {
    let padding = String(repeating: " ", count: max(1, 52 - name.count))
    Swift.print(
      "  \(name)\(padding)\(result.took) to the full fleet, a bad build reaches \(result.exposed)")
  }
}
