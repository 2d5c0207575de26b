public import Control
public import Vocabulary

/// Why a command could not do what it was asked to, where no run concluded.
public struct ProcessFailure: Error, Hashable, Sendable {
  public let status: ExitStatus
  /// What was expected, what was found, and where.
  public let message: String
  /// The next step.
  public let advice: String?
  /// Findings in a file, already laid out for a terminal, one under the other.
  public let details: [String]

  public init(
    _ status: ExitStatus, _ message: String, advice: String? = nil, details: [String] = []
  ) {
    self.status = status
    self.message = message
    self.advice = advice
    self.details = details
  }
}

extension ProcessFailure: Report {
  private enum CodingKeys: String, CodingKey {
    case error
    case exitCode
  }

  private struct Message: Encodable {
    let message: String
    let advice: String?
    let details: [String]
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      Message(message: message, advice: advice, details: details), forKey: .error)
    try container.encode(status.rawValue, forKey: .exitCode)
  }

  public func lines() -> [Line] {
    var first = Line("error: ", .bad)
    first.add(message)
    let findings = details.flatMap { detail in
      detail.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
    }
    return [first] + findings + (advice.map { [Line("next: " + $0)] } ?? [])
  }
}

extension ProcessFailure {
  /// A journal that cannot be used, in words a person can act on.
  public init(_ failure: JournalFailure) {
    switch failure {
    case .unavailable(let path, let detail):
      self.init(
        .journalNotCreated, "the journal \(path) cannot be opened or created: \(detail)",
        advice: "check the folder and its permissions, or 'journal' in pawl.yaml")
    case .unreachable(let path, let detail):
      self.init(
        .journalNotCreated, "the journal \(path) is out of reach: \(detail)",
        advice: "when it answers, run the same command again; "
          + "docs/operations/journal-out-of-reach.md says more")
    case .busy(let path):
      self.init(
        .busy, "the journal \(path) is held by another process for longer than pawl waits",
        advice: "run the same command again; nothing was changed")
    case .overtaken(let path):
      self.init(
        .busy,
        "the lead of the journal \(path) was lost while it was needed: its lease was not renewed in "
          + "time, or somebody else took it; this stopped there",
        advice: "see who leads with 'pawl status'; when nobody does, run the same command again")
    case .readOnly(let path):
      self.init(
        .inputOutput, "the journal \(path) must be written, and can only be read",
        advice: "give write permission on the file and its folder, then run the same command again")
    case .full(let path):
      self.init(
        .inputOutput, "there is no room to write the journal \(path)",
        advice: "make room on that disk, then run the same command again; it finds out where it was"
      )
    case .newer(let path, let found, let supported):
      self.init(
        .journalNewer,
        "the journal \(path) was written by a newer pawl: expected format \(supported) or lower, "
          + "found \(found)", advice: "use that version of pawl; nothing was changed")
    case .notUnderstood(let position):
      self.init(
        .journalTampered,
        "entry \(position) of the journal is whole, and this pawl does not understand it; "
          + "it may forbid what was about to be done, so nothing was changed",
        advice: "use the version of pawl that wrote it, or read docs/operations/journal-tampered.md"
      )
    case .tampered(let path, let position, let detail):
      self.init(
        .journalTampered,
        "the journal \(path) does not hold from entry \(position) on: \(detail)",
        advice: "run 'pawl journal verify', and read docs/operations/journal-tampered.md before "
          + "anything else")
    case .failed(let path, let detail):
      self.init(
        .inputOutput, "the journal \(path) cannot be used: \(detail)",
        advice: "mend that, then run the same command again; it finds out where it was")
    }
  }

  /// A question that a service did not answer.
  public init(unanswered question: String, _ unknown: Unknown) {
    self.init(
      .unavailable, "\(question) is unknown: \(unknown)",
      advice: "mend that, then run the same command again; nothing was changed")
  }
}
