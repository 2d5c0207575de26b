import Diagnostics

/// Names findings so that they are recognised in the next run, after lines were added above.
enum Fingerprints {
  static func mark(_ findings: inout [LintFinding]) {
    var seen: [String: Int] = [:]
    for index in findings.indices {
      let finding = findings[index].finding
      let line = (finding.excerpt ?? finding.message)[...].trimmed
      let key = "\(finding.rule.text)|\(finding.place.file)|\(line)"
      let count = seen[key, default: 0]
      seen[key] = count + 1
      findings[index].fingerprint = hash("\(key)|\(count)")
    }
  }

  /// FNV-1a, 64 bits: it needs to be stable, not secret.
  private static func hash(_ text: String) -> String {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension LintOutcome {
  /// Marks what the baseline already has.
  /// - Parameter fingerprints: One for each finding that was there.
  public mutating func compare(with fingerprints: [String]) {
    let known = Set(fingerprints)
    for index in findings.indices where known.contains(findings[index].fingerprint) {
      findings[index].isKnown = true
    }
  }
}
