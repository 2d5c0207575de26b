import Vocabulary

/// How often each thing goes wrong, per thousand chances. Drawn anew for every seed, about half of
/// the kinds off, so that rare combinations are not drowned in constant noise.
///
/// Whether a fault strikes depends on the seed, its kind and how many chances it had, and on
/// nothing else: leaving one out leaves the others where they were, which is what makes a failure
/// shrink.
public struct Faults: Sendable {
  private var perMille = [Int](repeating: 0, count: Fault.allCases.count)
  private let seed: UInt64
  /// While the clock stands in one of these, nothing strikes.
  private(set) var calms: [ClosedRange<Int64>] = []
  /// Set when exactly these strike, as when a failure is replayed.
  private var named: [Strike]?

  private init(seed: UInt64) { self.seed = seed }

  public static let none = Faults(seed: 0)

  /// These and no other.
  static func exactly(_ strikes: [Strike]) -> Faults {
    var faults = Faults(seed: 0)
    faults.named = strikes
    return faults
  }

  static func drawn(from random: inout SplitMix64, _ mode: Simulator.Mode) -> Faults {
    var faults = Faults(seed: random.next())
    var later = SplitMix64(seed: ~faults.seed)
    for fault in Fault.allCases {
      faults.perMille[fault.rawValue] =
        fault.isLater ? later.rate(of: fault) : random.rate(of: fault)
    }
    guard mode == .liveness else { return faults }
    for _ in 0..<random.index(below: 3) {
      let start = random.number(in: 0...3_000_000)
      faults.calms.append(start...start + random.number(in: 60_000...900_000))
    }
    return faults
  }

  /// Whether this kind can strike at all.
  subscript(fault: Fault) -> Bool {
    named?.contains { $0.fault == fault } ?? (perMille[fault.rawValue] > 0)
  }

  /// Whether `fault` strikes at its chance of this number, counted from 1.
  func strikes(_ fault: Fault, atChance number: Int, at now: Int64) -> Bool {
    if let named { return named.contains(Strike(fault: fault, chance: number)) }
    let rate = perMille[fault.rawValue]
    guard rate > 0 else { return false }
    var die = SplitMix64(
      seed: seed ^ (UInt64(fault.rawValue) &* 0x9E6C_63D0_876A_68D5) ^ (UInt64(number) << 20))
    return die.chance(rate) && !calms.contains { $0.contains(now) }
  }
}

/// A fault at one of its chances, counted from 1.
public struct Strike: Hashable, Sendable {
  public let fault: Fault
  public let chance: Int

  public init(fault: Fault, chance: Int) {
    self.fault = fault
    self.chance = chance
  }
}

extension SplitMix64 {
  /// About half of the kinds are off in any one seed.
  fileprivate mutating func rate(of fault: Fault) -> Int {
    chance(500) ? 0 : Int(number(in: 1...fault.perMilleMax))
  }
}
