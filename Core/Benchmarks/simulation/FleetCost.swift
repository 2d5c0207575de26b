import Glibc
import Simulation
import Vocabulary

/// What one release costs, takes and exposes, by the size of the fleet, under what `pawl init`
/// writes.
enum FleetCost {
  private typealias Kind = Simulator.FleetRelease.Kind

  private static let counts = [10, 100, 1_000, 10_000]
  /// Small fleets are over too soon to be measured once.
  private static let tenantsMeasured = 20_000
  /// A bad build dies sooner or later, so one release says little of how many it reaches.
  private static let badReleases: UInt64 = 25

  /// What an event costs in one size of fleet, in microseconds of processor time.
  private struct Row {
    let count: Int
    /// With the world, its tenants and the invariants.
    let simulated: Double
    /// The decisions alone.
    let decided: Double
    let decidedByKind: [Double]
  }

  /// Prints a row for each size; the last line is what ten times the fleet adds to an event.
  static func print() {
    let rows = rows(of: counts)
    let (simulated, decided) = (growth(rows, \.simulated), growth(rows, \.decided))
    Swift.print("ten times the fleet: simulated \(simulated), decided \(decided)")
  }

  /// One size alone, for a profiler.
  static func print(tenants count: Int) { _ = rows(of: [count]) }

  private static func rows(of counts: [Int]) -> [Row] {
    Swift.print(
      "tenants    events    to the full fleet    exposed to a bad build (of \(badReleases))")
    let rows = counts.map { row(of: $0) }
    Swift.print("microseconds an event: all of it, the decisions alone, and these by kind of event")
    Swift.print("tenants    simulated    decided    seen    ordered    proven    other")
    for row in rows {
      let costs = [row.simulated, row.decided] + row.decidedByKind
      Swift.print("\(row.count)    \(costs.map { tenths($0) }.joined(separator: "    "))")
    }
    return rows
  }

  private static func row(of count: Int) -> Row {
    let subject = Simulator.Subject.usual(tenants: count)
    let times = max(2, tenantsMeasured / count)
    let start = processorSeconds()
    var release = Simulator.release(to: subject, isBad: false)
    for _ in 1..<times { release = Simulator.release(to: subject, isBad: false) }
    let simulated = processorSeconds() - start
    let exposed = (1...badReleases).map { seed in
      Simulator.release(to: subject, isBad: true, seed: seed).exposed
    }.sorted()
    Swift.print(
      "\(count)    \(release.events)    \(release.took)    "
        + "\(exposed[exposed.count / 2]), at most \(exposed[exposed.count - 1])"
        + (release.conclusion == .promoted ? "" : " (expected promoted, found another end)"))
    let (seconds, events) = decide(release, times: times)
    let all = Double(release.events * times)
    return Row(
      count: count, simulated: simulated * 1_000_000 / all,
      decided: seconds.reduce(0, +) * 1_000_000 / all,
      decidedByKind: zip(seconds, events).map { $0 * 1_000_000 / Double($1) })
  }

  private static func decide(
    _ release: Simulator.FleetRelease, times: Int
  ) -> (seconds: [Double], events: [Int]) {
    var seconds = Kind.allCases.map { _ in 0.0 }
    var events = Kind.allCases.map { _ in 0 }
    for _ in 0..<times {
      release.decideAgain { kind, decide in
        let start = processorSeconds()
        decide()
        seconds[kind.rawValue] += processorSeconds() - start
        events[kind.rawValue] += 1
      }
    }
    return (seconds, events)
  }

  /// The slope over the logarithm of the fleet (least squares), beside the cost in the smallest.
  private static func growth(_ rows: [Row], _ cost: (Row) -> Double) -> String {
    let points = rows.map { (x: log10(Double($0.count)), y: cost($0)) }
    let mean = (
      x: points.map(\.x).reduce(0, +) / Double(points.count),
      y: points.map(\.y).reduce(0, +) / Double(points.count)
    )
    let slope =
      points.map { ($0.x - mean.x) * ($0.y - mean.y) }.reduce(0, +)
      / points.map { ($0.x - mean.x) * ($0.x - mean.x) }.reduce(0, +)
    let sign = slope < 0 ? "-" : "+"
    return "\(sign)\(tenths(abs(slope))) us (\(sign)\(Int(abs(slope) / points[0].y * 100)) %)"
  }

  /// Of this thread. What a busy machine gives to others is not the simulator's.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int(number * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
