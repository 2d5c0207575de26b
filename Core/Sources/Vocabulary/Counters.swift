// Numbers that only grow. Each is its own type and encodes as a plain number.

/// A number that is compared, and moved on by one.
public protocol Counter: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  var number: UInt64 { get }
  init(_ number: UInt64)
}

extension Counter {
  /// The one after this. The last there is has none after it and stays: a number that came from outside must
  /// not end the program.
  public var next: Self { number == .max ? self : Self(number + 1) }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(UInt64.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }

  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
  public var description: String { String(number) }
}

/// Which decision to move the fleet this is: a deploy and a rollback each take the next one.
///
/// Generations order *decisions*, not commits: a rollback to an older commit has a higher generation than
/// the deploy it undoes, so a sink that refuses lower generations still obeys it.
public struct Generation: Counter {
  public let number: UInt64
  public init(_ number: UInt64) { self.number = number }

  /// The highest that may come from outside the journal. Numbers travel with 18 digits at most; above this
  /// one most of them are left for the decisions that follow.
  public static let followableMax = Generation(99_999_999_999_999_999)
  /// Whether decisions without number can follow it.
  public var isFollowable: Bool { self <= Self.followableMax }
}

/// How many processes have led this delivery so far. Strictly increases (invariant I11).
public struct Epoch: Counter {
  public let number: UInt64
  public init(_ number: UInt64) { self.number = number }
}

/// A place in the journal: 0 is before the first entry, n is after the nth.
public struct Position: Counter {
  public let number: UInt64
  public init(_ number: UInt64) { self.number = number }
  public static let start = Position(0)
}

/// The idempotency key of one effect: the same order has the same key however often it is sent.
///
/// Assigned by the fold over the journal, so every process that reads the journal knows it by the same key.
public struct EffectID: Counter {
  public let number: UInt64
  public init(_ number: UInt64) { self.number = number }
  public var description: String { "e\(number)" }
}

/// The number of a run: one order to release (or roll back to) one commit.
public struct RunID: Counter {
  public let number: UInt64
  public init(_ number: UInt64) { self.number = number }
  public var description: String { "run \(number)" }
}
