import Presentation
import Vocabulary

/// Two rehearsals of the same seeds, side by side.
struct WhatIfReport: Report {
  let changes: [String]
  let present: RehearsalReport
  let changed: RehearsalReport

  func lines() -> [Line] {
    func span(_ value: Int64?) -> String {
      value.map { "\(TimeSpan.milliseconds($0))" } ?? "never"
    }
    let rows: [(String, String, String)] = [
      ("", "present", changes.joined(separator: " ")),
      ("to the full fleet, p50", span(present.toFullFleet.p50), span(changed.toFullFleet.p50)),
      ("to the full fleet, p99", span(present.toFullFleet.p99), span(changed.toFullFleet.p99)),
      (
        "tenants exposed to a bad build, p50", "\(present.exposedTenants.p50 ?? 0)",
        "\(changed.exposedTenants.p50 ?? 0)"
      ),
      (
        "tenants exposed to a bad build, p99", "\(present.exposedTenants.p99 ?? 0)",
        "\(changed.exposedTenants.p99 ?? 0)"
      ),
      (
        "between two releases, p99", span(present.betweenReleases.p99),
        span(changed.betweenReleases.p99)
      ),
      ("to converge, at most", span(present.toConvergeMax), span(changed.toConvergeMax)),
      ("violations", "\(present.violations)", "\(changed.violations)"),
    ]
    let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    return rows.map { Line("\(pad($0.0, widths.0))  \(pad($0.1, widths.1))  \($0.2)") }
  }
}
