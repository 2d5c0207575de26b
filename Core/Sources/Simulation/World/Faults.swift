/// How often each thing goes wrong, per thousand chances. Drawn anew for every seed, about half of the
/// kinds off, so that rare combinations are not drowned in constant noise.
public struct Faults: Sendable {
  /// A process dies between two steps: before it commits, before it sends, before it records.
  public var crash = 0
  /// A request never arrives; the sender learns that after its time limit.
  public var lostRequest = 0
  /// A request is obeyed and its answer is lost.
  public var lostAnswer = 0
  /// A request arrives a second time, later.
  public var duplicate = 0
  /// A request arrives after its sender has given up on it.
  public var lateRequest = 0
  /// A read fails although asking again helps.
  public var failedRead = 0
  /// A registry refuses a write for now.
  public var refusedWrite = 0
  /// A registry acknowledges a write and keeps showing what it showed.
  public var forgottenWrite = 0
  /// A registry refuses every write to one repository until the world heals.
  public var deniedRepository = 0
  /// A driver says that it restarted a tenant and did nothing.
  public var idleDriver = 0
  /// A tenant does not answer one sample.
  public var silentSample = 0
  /// A tenant needs long to come up, and meanwhile answers as before.
  public var slowTenant = 0
  /// A tenant crashes on a good candidate, and the driver takes the old one back.
  public var failedStart = 0
  /// Somebody else moves a channel tag.
  public var foreignWriter = 0
  /// The list of tenants is empty, cut, or doubled.
  public var wrongCensus = 0
  /// An append fails, and whether it was stored is not known.
  public var failedAppend = 0
  /// A process's wall clock jumps, either way.
  public var clockJump = 0

  public static let none = Faults()

  static func drawn(from random: inout SplitMix64) -> Faults {
    func rate(_ most: Int64, _ random: inout SplitMix64) -> Int {
      random.chance(500) ? 0 : Int(random.number(in: 1...most))
    }
    return Faults(
      crash: rate(25, &random), lostRequest: rate(60, &random), lostAnswer: rate(60, &random),
      duplicate: rate(60, &random), lateRequest: rate(60, &random), failedRead: rate(80, &random),
      refusedWrite: rate(80, &random),
      forgottenWrite: rate(40, &random), deniedRepository: rate(150, &random),
      idleDriver: rate(40, &random), silentSample: rate(100, &random),
      slowTenant: rate(200, &random),
      failedStart: rate(60, &random), foreignWriter: rate(20, &random),
      wrongCensus: rate(200, &random), failedAppend: rate(10, &random),
      clockJump: rate(50, &random))
  }
}
