import Vocabulary

/// A delivery that can be brought back: a seed, and what was left of it when it was made as small
/// as it can be.
public struct Replay: Hashable, Sendable {
  /// The version of the file and of the draws behind a seed. A replay of another one is another
  /// delivery.
  public static let version = 1

  public let seed: UInt64
  public let mode: Simulator.Mode
  /// The places of the orders that are given; nil is all.
  public internal(set) var orders: [Int]?
  /// How many tenants there are at most; nil is as drawn.
  public internal(set) var tenantsMax: Int?
  /// Exactly these faults strike; nil is as drawn.
  public internal(set) var strikes: [Strike]?
  /// Which delivery it was when this was written (``Simulator/delivery(of:subject:)``); nil in files that
  /// people have written.
  public internal(set) var delivery: String?
  /// The promise that is broken.
  public internal(set) var violated: String?

  public init(seed: UInt64, mode: Simulator.Mode) {
    self.seed = seed
    self.mode = mode
  }
}

extension Replay {
  /// A line for each thing; made to be read, kept in a repository and compared.
  public var text: String {
    var lines = ["pawl-rehearsal \(Self.version)", "seed \(seed)", "mode \(mode)"]
    if let delivery { lines.append("delivery \(delivery)") }
    if let tenantsMax { lines.append("tenants \(tenantsMax)") }
    if let orders { lines.append((["orders"] + orders.map(String.init)).joined(separator: " ")) }
    if let strikes {
      lines.append("faults \(strikes.count)")
      lines += strikes.map { "fault \($0.fault.name) \($0.chance)" }
    }
    if let violated { lines.append("violates \(violated)") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Why a file is no replay: what was expected, what was found, and in which line.
  public struct Malformed: Error, Hashable, Sendable {
    public let line: Int
    public let sentence: String
  }

  private typealias Line = (number: Int, words: [Substring])

  public init(parsing text: String) throws(Malformed) {
    var lines: [Line] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy(\.isWhitespace) && !line.hasPrefix("#") {
      lines.append((index + 1, line.split(separator: " ")))
    }
    guard let first = lines.first, first.words.count == 2, first.words[0] == "pawl-rehearsal" else {
      throw Malformed(
        line: 1, sentence: "expected 'pawl-rehearsal \(Self.version)', found something else")
    }
    guard first.words[1] == "\(Self.version)" else {
      throw Malformed(
        line: first.number,
        sentence: "expected version \(Self.version), found '\(first.words[1].prefix(20))': "
          + "replay it with the pawl that wrote it, or find it anew from its seed")
    }
    var fields = Fields()
    for line in lines.dropFirst() { try fields.take(line) }
    guard let seed = fields.seed, let mode = fields.mode else {
      throw Malformed(line: 1, sentence: "expected a seed and a mode, found no such line")
    }
    self.init(seed: seed, mode: mode)
    (orders, tenantsMax) = (fields.orders, fields.tenantsMax)
    (strikes, violated, delivery) = (fields.strikes, fields.violated, fields.delivery)
  }

  private struct Fields {
    var seed: UInt64?
    var mode: Simulator.Mode?
    var orders: [Int]?
    var tenantsMax: Int?
    var strikes: [Strike]?
    var violated: String?
    var delivery: String?

    private var told: Set<Substring> = []

    mutating func take(_ line: Line) throws(Malformed) {
      // Only faults are many: of two other lines of a kind, one would be passed over in silence.
      guard line.words[0] == "fault" || told.insert(line.words[0]).inserted else {
        throw Malformed(
          line: line.number,
          sentence: "expected one line '\(printable(String(line.words[0]), charactersMax: 60))', "
            + "found another; take one out")
      }
      let values = line.words.dropFirst().map(String.init)
      let isTaken: Bool
      switch line.words[0] {
      case "seed": isTaken = set(\.seed, values, UInt64.init)
      case "mode": isTaken = set(\.mode, values, Simulator.Mode.init)
      case "tenants": isTaken = set(\.tenantsMax, values) { Int($0).flatMap { $0 > 0 ? $0 : nil } }
      case "violates": isTaken = set(\.violated, values) { $0 }
      case "delivery": isTaken = set(\.delivery, values) { $0.utf8.count == 16 ? $0 : nil }
      case "faults":
        strikes = strikes ?? []
        isTaken = true
      case "orders":
        let numbers = values.compactMap { Int($0) }.filter { $0 >= 0 }
        orders = numbers
        isTaken = numbers.count == values.count
      case "fault":
        let strike = Self.strike(values)
        strikes = (strikes ?? []) + [strike].compactMap(\.self)
        isTaken = strike != nil
      default: isTaken = false
      }
      guard !isTaken else { return }
      throw Malformed(
        line: line.number,
        sentence:
          "expected seed, mode, delivery, tenants, orders, faults, fault or violates with its value, "
          + "found '\(printable(line.words.joined(separator: " "), charactersMax: 60))'")
    }

    private mutating func set<Value>(
      _ field: WritableKeyPath<Fields, Value?>, _ values: [String],
      _ parse: (String) -> Value?
    ) -> Bool {
      self[keyPath: field] = values.count == 1 ? parse(values[0]) : nil
      return self[keyPath: field] != nil
    }

    private static func strike(_ values: [String]) -> Strike? {
      guard values.count == 2, let fault = Fault(name: values[0]), let chance = Int(values[1])
      else {
        return nil
      }
      return Strike(fault: fault, chance: chance)
    }
  }
}
