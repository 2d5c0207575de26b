import Diagnostics
import Testing

/// Findings together.
struct FindingReportTests {
  private func finding(
    _ severity: Finding.Severity, _ message: String, _ file: String, _ line: Int, _ column: Int
  ) -> Finding {
    Finding(
      severity, rule: RuleID("a/b"), message,
      at: SourcePlace(file: file, line: line, column: column))
  }

  @Test func `findings are read from top to bottom, errors first`() {
    let report = FindingReport([
      finding(.error, "6", "b.yaml", 1, 1), finding(.error, "5", "a.yaml", 10, 1),
      finding(.note, "4", "a.yaml", 2, 2), finding(.warning, "3", "a.yaml", 2, 2),
      finding(.error, "2", "a.yaml", 2, 2), finding(.warning, "1", "a.yaml", 2, 1),
    ])

    #expect(report.findings.map(\.message) == ["1", "2", "3", "4", "5", "6"])
  }

  @Test func `findings at one place stay in the order they were made`() {
    let report = FindingReport((1...50).map { finding(.error, "\($0)", "a", 1, 1) })

    #expect(report.findings.map(\.message) == (1...50).map(String.init))
  }

  @Test func `a summary counts by severity`() {
    #expect(FindingReport().summary == "nothing found")
    #expect(FindingReport([finding(.error, "m", "a", 1, 1)]).summary == "1 error")
    #expect(
      FindingReport([
        finding(.error, "m", "a", 1, 1), finding(.error, "m", "a", 2, 1),
        finding(.warning, "m", "a", 3, 1), finding(.note, "m", "a", 4, 1),
        finding(.note, "m", "a", 5, 1),
      ]).summary == "2 errors, 1 warning, 2 notes")
  }

  @Test func `only errors stop`() {
    #expect(!FindingReport([finding(.warning, "m", "a", 1, 1)]).hasErrors)
    #expect(FindingReport([finding(.error, "m", "a", 1, 1)]).hasErrors)
    #expect(FindingReport().isEmpty)
  }

  @Test func `a report ends with its summary`() {
    let report = FindingReport([
      finding(.warning, "odd", "a.yaml", 2, 1), finding(.error, "wrong", "a.yaml", 1, 4),
    ])

    #expect(
      report.description == """
        a.yaml:1:4: error: wrong
        a.yaml:2:1: warning: odd
        1 error, 1 warning
        """)
  }
}
