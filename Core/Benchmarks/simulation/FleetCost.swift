import Glibc
import Simulation
import Vocabulary

/// What one release costs, takes and exposes, by the size of the fleet, under what `pawl init`
/// writes.
enum FleetCost {
  private static let counts = [10, 100, 1_000, 10_000]

  /// Prints a row for each size; the last line is the ratio of the cost of one event in the largest
  /// fleet to that in the smallest.
  static func print() {
    Swift.print(
      "tenants    events    microseconds an event    to the full fleet    exposed to a bad build")
    let costs = counts.map { row(of: $0) }
    Swift.print("ratio \(tenths(costs[costs.count - 1] / costs[0]))")
  }

  private static func row(of count: Int) -> Double {
    let subject = Simulator.Subject.usual(tenants: count)
    let start = clock()
    var release = Simulator.release(to: subject, isBad: false)
    var events = release.events
    // Small fleets are over too soon to be measured once.
    for _ in 1..<max(2, 2_000 / count) {
      release = Simulator.release(to: subject, isBad: false)
      events += release.events
    }
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    let bad = Simulator.release(to: subject, isBad: true)
    let cost = seconds * 1_000_000 / Double(events)
    Swift.print(
      "\(count)    \(release.events)    \(tenths(cost))    \(release.took)    \(bad.exposed)"
        + (release.conclusion == .promoted ? "" : " (expected promoted, found another end)"))
    return cost
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int(number * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
