/// All findings about one or more texts, in the order in which a person reads them.
public struct FindingReport: Hashable, Sendable, Codable, CustomStringConvertible {
  /// By file, line and column; at one place errors first.
  public let findings: [Finding]

  public init(_ findings: [Finding] = []) {
    // `sorted` is stable: findings at one place and of one severity stay in the order they were
    // made.
    self.findings = findings.sorted {
      ($0.place, Self.rank($0.severity)) < ($1.place, Self.rank($1.severity))
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try container.decode([Finding].self, forKey: .findings))
  }

  public var isEmpty: Bool { findings.isEmpty }
  public var hasErrors: Bool { count(of: .error) > 0 }

  public func count(of severity: Finding.Severity) -> Int {
    findings.count { $0.severity == severity }
  }

  /// `2 errors, 1 warning`; `nothing found` when there is nothing.
  public var summary: String {
    let counts = Finding.Severity.allCases.compactMap { severity -> String? in
      let count = count(of: severity)
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return counts.isEmpty ? "nothing found" : counts.joined(separator: ", ")
  }

  /// Every finding as plain text, one under the other, and the ``summary`` last.
  public var description: String {
    (findings.map(\.description) + [summary]).joined(separator: "\n")
  }

  private static func rank(_ severity: Finding.Severity) -> Int {
    switch severity {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }
}
