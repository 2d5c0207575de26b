import Decisions
import Vocabulary

extension Simulator {
  /// Tells the delivery behind a replay from every other: sixteen hexadecimal digits over its history, plan,
  /// tenants, orders and chances, the same in every process of one version.
  ///
  /// Seeds lead to other deliveries once the draws behind them change, and a plan to another one when
  /// pawl.yaml does. A replay that keeps its promises then says nothing about the one that did not. What is
  /// drawn only while a delivery runs is not in it.
  public static func delivery(of replay: Replay, subject: Subject? = nil) -> String {
    let drawn = Drawn(replay, subject: subject)
    // Named faults are in the file itself.
    let chances = replay.strikes == nil ? "\(drawn.faults)" : ""
    return hex(fingerprint("\(drawn.scenario)\(drawn.random)\(chances)"))
  }

  /// FNV-1a (RFC 9923).
  private static func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

/// What is drawn before a delivery begins.
struct Drawn {
  let scenario: Scenario
  let faults: Faults
  /// Goes on while it runs.
  let random: SplitMix64

  init(_ replay: Replay, subject: Simulator.Subject?) {
    var random = SplitMix64(seed: replay.seed)
    var faults = Faults.drawn(from: &random, replay.mode)
    var scenario = Scenario.drawn(
      from: &random, replay.mode, subject: subject, tenantsMax: replay.tenantsMax)
    if let strikes = replay.strikes { faults = .exactly(strikes) }
    if let kept = replay.orders {
      scenario.orders = kept.filter(scenario.orders.indices.contains).map { scenario.orders[$0] }
    }
    self.scenario = scenario
    self.faults = faults
    self.random = random
  }
}
