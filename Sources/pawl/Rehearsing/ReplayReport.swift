import Presentation
import Simulation

/// One delivery, brought back.
struct ReplayReport: Report {
  let seed: UInt64
  let mode: String
  let violation: String?
  let timeline: [String]
  let steps: Int
  let traceHash: String

  init(_ report: Simulator.Report) {
    seed = report.seed
    mode = report.mode.rawValue
    violation = report.violation?.description
    timeline = report.timeline.page()
    steps = report.steps
    traceHash = String(report.traceHash, radix: 16)
  }

  func lines() -> [Line] {
    timeline.map { Line($0) }
      + [
        violation.map { Line($0, .bad) }
          ?? Line("seed \(seed), \(mode): no promise was broken", .good)
      ]
  }
}
