public import Vocabulary

/// What many seeds came to together.
public struct Tally: Sendable {
  public private(set) var seeds = 0
  public private(set) var steps = 0
  public private(set) var violations = 0
  /// How often each kind of fault struck, in the order of ``Fault/allCases``.
  public private(set) var faults = [Int](repeating: 0, count: Fault.allCases.count)
  public private(set) var conclusions: [Conclusion: Int] = [:]
  public private(set) var coverage = Coverage()
  public private(set) var toFullFleet: [Int64] = []
  public private(set) var advanceIntervals: [Int64] = []
  public private(set) var exposures: [Int64] = []
  public private(set) var supersededInARowMax = 0
  public private(set) var toConvergeMax: Int64 = 0
  /// Of all seeds, whatever the order in which they were run.
  public private(set) var traceHash: UInt64 = 0

  public init() {}

  public mutating func add(_ report: Simulator.Report) {
    seeds += 1
    steps += report.steps
    if report.violation != nil { violations += 1 }
    for strike in report.strikes { faults[strike.fault.rawValue] += 1 }
    for conclusion in report.conclusions { conclusions[conclusion, default: 0] += 1 }
    coverage.formUnion(report.coverage)
    toFullFleet += report.measures.toFullFleet
    advanceIntervals += report.measures.advanceIntervals
    exposures += report.measures.exposures.map(Int64.init)
    supersededInARowMax = max(supersededInARowMax, report.measures.supersededInARowMax)
    toConvergeMax = max(toConvergeMax, report.measures.toConverge ?? 0)
    traceHash ^= report.traceHash &* (report.seed | 1)
  }

  public mutating func add(_ other: Tally) {
    seeds += other.seeds
    steps += other.steps
    violations += other.violations
    for index in faults.indices { faults[index] += other.faults[index] }
    conclusions.merge(other.conclusions, uniquingKeysWith: +)
    coverage.formUnion(other.coverage)
    toFullFleet += other.toFullFleet
    advanceIntervals += other.advanceIntervals
    exposures += other.exposures
    supersededInARowMax = max(supersededInARowMax, other.supersededInARowMax)
    toConvergeMax = max(toConvergeMax, other.toConvergeMax)
    traceHash ^= other.traceHash
  }

  /// The value that so many of a hundred do not exceed; nil of nothing.
  public static func percentile(_ percent: Int, of values: [Int64]) -> Int64? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }

  /// What was never seen although a large set of seeds should have: faults, conclusions and
  /// corners.
  public var unseen: [String] {
    Fault.allCases.filter { faults[$0.rawValue] == 0 }.map { "fault \($0.words)" }
      + Conclusion.all.filter { conclusions[$0] == nil }
      .map { "conclusion \($0.label)" } + coverage.missing.map { "corner \($0.name)" }
  }

  public var lines: [String] {
    var lines = Fault.allCases.map { "fault \($0.words): \(faults[$0.rawValue])" }
    lines += Conclusion.all.map { "conclusion \($0.label): \(conclusions[$0] ?? 0)" }
    func span(_ percent: Int, _ values: [Int64]) -> String {
      Self.percentile(percent, of: values).map { "\(TimeSpan.milliseconds($0))" } ?? "never"
    }
    lines += [
      "never seen: \(unseen.isEmpty ? "nothing" : unseen.joined(separator: ", "))",
      "to the full fleet: p50 \(span(50, toFullFleet)), p99 \(span(99, toFullFleet))",
      "between two releases: p50 \(span(50, advanceIntervals)), p99 \(span(99, advanceIntervals))",
      "tenants exposed to a bad build: p50 \(Self.percentile(50, of: exposures) ?? 0), "
        + "p99 \(Self.percentile(99, of: exposures) ?? 0)",
      "superseded in a row at most: \(supersededInARowMax)",
      "to converge after healing at most: \(TimeSpan.milliseconds(toConvergeMax))",
    ]
    return lines
  }
}
