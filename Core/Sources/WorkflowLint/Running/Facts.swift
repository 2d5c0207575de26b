import MarkedYAML

/// What rules need to know from outside the files, each of it known, not asked for, or not to be had.
public struct Facts: Sendable {
  public enum Fact<Value: Sendable>: Sendable {
    /// Nobody named a source; rules that need it were not asked for.
    case notAsked
    case known(Value)
    /// A source was named and gave no answer. Rules that need it could not be checked.
    case unreadable(String)

    var value: Value? {
      if case .known(let value) = self { value } else { nil }
    }
  }

  /// One tracker of a mask. One that is not in the list does not exist.
  public struct Issue: Hashable, Sendable {
    public enum State: Hashable, Sendable {
      case open
      case closed
      /// It could not be read, and why.
      case unknown(String)
    }

    /// As the comment writes it.
    public let reference: String
    public let state: State
    /// `2026-11-20`
    public let opened: Day?

    public init(reference: String, state: State, opened: Day?) {
      (self.reference, self.state, self.opened) = (reference, state, opened)
    }
  }

  /// The last runs of one context on the target branch, newest first.
  public struct Runs: Sendable {
    public struct Run: Sendable {
      public let succeeded: Bool
      public let log: String

      public init(succeeded: Bool, log: String) {
        (self.succeeded, self.log) = (succeeded, log)
      }
    }

    public let context: String
    public let runs: [Run]

    public init(context: String, runs: [Run]) { (self.context, self.runs) = (context, runs) }
  }

  /// Labels of runners.
  public struct Labels: Sendable {
    public let names: [String]
    /// Whether there can be no others, such as those of the whole server.
    public let areAll: Bool

    public init(names: [String], areAll: Bool) { (self.names, self.areAll) = (names, areAll) }
  }

  public var requiredContexts: Fact<[String]> = .notAsked
  public var protectedContexts: Fact<[String]> = .notAsked
  public var issues: Fact<[Issue]> = .notAsked
  public var runs: Fact<[Runs]> = .notAsked
  /// The title, the body and the commit messages, one under the other.
  public var pullRequest: Fact<String> = .notAsked
  public var runnerLabels: Fact<Labels> = .notAsked
  /// The names of the secrets and variables that workflows can read, without those of environments.
  public var secrets: Fact<[String]> = .notAsked
  public var variables: Fact<[String]> = .notAsked
  /// For what expires.
  public var today: Day?

  public init() {}

  /// Why a fact is not there; nil when it is.
  func absence(of fact: RuleAbout.Fact) -> Absence? {
    switch fact {
    case .requiredContexts: Self.absence(requiredContexts)
    case .protectedContexts: Self.absence(protectedContexts)
    case .issues: Self.absence(issues)
    case .runs: Self.absence(runs)
    case .pullRequest: Self.absence(pullRequest)
    case .runnerLabels: Self.absence(runnerLabels)
    case .secrets: Self.absence(secrets)
    case .variables: Self.absence(variables)
    // The runner of the rules has it or has not.
    case .base: nil
    }
  }

  /// Whether nobody named a source of it.
  func isSilent(about fact: RuleAbout.Fact) -> Bool {
    if case .notAsked = absence(of: fact) { true } else { false }
  }

  enum Absence {
    case notAsked
    case unreadable(String)
  }

  private static func absence<Value>(_ fact: Fact<Value>) -> Absence? {
    switch fact {
    case .notAsked: .notAsked
    case .known: nil
    case .unreadable(let why): .unreadable(why)
    }
  }
}

/// A day of the calendar: `2026-12-01`.
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.map(\.count) == [4, 2, 2], numbers.count == 3, (1...12).contains(numbers[1]),
      (1...31).contains(numbers[2])
    else { return nil }
    (year, month, day) = (numbers[0], numbers[1], numbers[2])
  }

  /// Days since 1970-01-01, in UTC.
  public init(sinceEpoch days: Int) {
    // Howard Hinnant's civil_from_days, from "chrono-Compatible Low-Level Date Algorithms".
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * ofYear + 2) / 153
    day = ofYear - (153 * part + 2) / 5 + 1
    month = part < 10 ? part + 3 : part - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  public var sinceEpoch: Int {
    let years = month <= 2 ? year - 1 : year
    let era = (years >= 0 ? years : years - 399) / 400
    let ofEra = years - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear
    return era * 146_097 + days - 719_468
  }

  public static func < (left: Day, right: Day) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  public var description: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
