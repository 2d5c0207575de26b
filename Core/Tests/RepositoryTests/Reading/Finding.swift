import Testing

/// One place in the repository where a rule does not hold.
struct Finding: Equatable, CustomStringConvertible {
  /// From the root of the repository.
  let path: String
  /// Counted from 1; 0 when the whole file, or its absence, is meant.
  let line: Int
  /// What was expected, what was found, and what to do.
  let message: String

  var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)" }
}

/// Fails the running test once for every finding.
func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
  for finding in findings {
    Issue.record("\(finding.description)", sourceLocation: sourceLocation)
  }
}
