import Foundation

/// Random numbers that a seed repeats (SplitMix64, Steele, Lea and Flood 2014).
public struct SeededDice: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// `PAWL_SEED`, to give again what a test printed; another one in every run without it.
  public static func seed() throws -> UInt64 {
    guard let text = ProcessInfo.processInfo.environment["PAWL_SEED"] else {
      return .random(in: .min ... .max)
    }
    guard let seed = UInt64(text) else {
      throw TestFailure("expected a whole number in PAWL_SEED, found '\(text)'")
    }
    return seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
