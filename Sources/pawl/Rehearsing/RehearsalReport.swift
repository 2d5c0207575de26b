import Presentation
import Simulation
import Vocabulary

/// What came of a rehearsal.
struct RehearsalReport: Report {
  /// Milliseconds that half, and all but one in a hundred, did not exceed.
  struct Spread: Encodable, Sendable {
    let p50: Int64?
    let p99: Int64?

    init(_ values: [Int64]) {
      p50 = Tally.percentile(50, of: values)
      p99 = Tally.percentile(99, of: values)
    }

    var words: String {
      func span(_ value: Int64?) -> String {
        value.map { "\(TimeSpan.milliseconds($0))" } ?? "never"
      }
      return "p50 \(span(p50)), p99 \(span(p99))"
    }
  }

  struct Failure: Encodable, Sendable {
    let seed: UInt64
    let mode: String
    let promise: String
    let sentence: String
  }

  let seeds: Int
  let steps: Int
  let tenants: Int?
  let violations: Int
  let failures: [Failure]
  let faults: [String: Int]
  let conclusions: [String: Int]
  let neverSeen: [String]
  let toFullFleet: Spread
  let betweenReleases: Spread
  let exposedTenants: Spread
  let supersededInARow: Int
  let supersededInARowBound: Int
  let toConvergeMax: Int64
  let toConvergeBound: Int64
  let traceHash: String
  let elapsed: Int64

  init(
    _ outcome: Rehearsal.Outcome, tenants: Int?, supersededBound: Int, convergenceBound: TimeSpan,
    elapsed: TimeSpan
  ) {
    let tally = outcome.tally
    seeds = tally.seeds
    steps = tally.steps
    self.tenants = tenants
    violations = tally.violations
    failures = outcome.failures.compactMap { report in
      report.violation.map {
        Failure(
          seed: report.seed, mode: report.mode.rawValue, promise: $0.id, sentence: $0.sentence)
      }
    }
    faults = Dictionary(
      uniqueKeysWithValues: Fault.allCases.map { ($0.words, tally.faults[$0.rawValue]) })
    conclusions = Dictionary(
      uniqueKeysWithValues: tally.conclusions.map { ($0.key.label, $0.value) })
    neverSeen = tally.unseen
    toFullFleet = Spread(tally.toFullFleet)
    betweenReleases = Spread(tally.advanceIntervals)
    exposedTenants = Spread(tally.exposures)
    supersededInARow = tally.supersededInARowMax
    supersededInARowBound = supersededBound
    toConvergeMax = tally.toConvergeMax
    toConvergeBound = convergenceBound.milliseconds
    traceHash = String(tally.traceHash, radix: 16)
    self.elapsed = elapsed.milliseconds
  }

  func lines() -> [Line] {
    var lines: [Line] = [
      Line(
        "\(seeds) seeds, \(steps) steps, \(violations) violations in \(TimeSpan.milliseconds(elapsed))",
        violations == 0 ? .good : .bad)
    ]
    lines += failures.map {
      Line("seed \($0.seed), \($0.mode): \($0.promise): \($0.sentence)", .bad)
    }
    let struck = Fault.allCases.map(\.words).filter { (faults[$0] ?? 0) > 0 }
    lines += Self.list("faults:", struck.map { "\($0) \(faults[$0] ?? 0)" }).map { Line($0) }
    lines += [
      Line("to the full fleet: \(toFullFleet.words)"),
      Line(
        "tenants exposed to a bad build: p50 \(exposedTenants.p50 ?? 0), p99 \(exposedTenants.p99 ?? 0)"
      ),
      Line("between two releases that had their turn: \(betweenReleases.words)"),
      Line(
        "superseded in a row: at most \(supersededInARow) (stated bound \(supersededInARowBound))"),
      Line(
        "to converge after healing: at most \(TimeSpan.milliseconds(toConvergeMax)) "
          + "(stated bound \(TimeSpan.milliseconds(toConvergeBound))"
          // Each drawn plan has a bound of its own; this is the least of them.
          + (tenants == nil ? " or more)" : ")")),
    ]
    if !neverSeen.isEmpty {
      lines += Self.list("never seen:", neverSeen).map { Line($0, .quiet) }
    }
    return lines
  }

  /// The items behind their title, cut into lines that a terminal of 80 columns shows whole.
  private static func list(_ title: String, _ items: [String]) -> [String] {
    var lines = [title]
    for (index, item) in items.enumerated() {
      let word = " " + item + (index == items.count - 1 ? "" : ",")
      if lines[lines.count - 1].count + word.count > columnsMax { lines.append(" ") }
      lines[lines.count - 1] += word
    }
    return lines
  }

  private static let columnsMax = 78
}
