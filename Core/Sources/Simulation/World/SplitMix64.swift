/// Random numbers that depend on the seed alone (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
/// Generators", 2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number of the range. The bias of the remainder is far below what matters here.
  mutating func number(in range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  mutating func index(below count: Int) -> Int { Int(next() % UInt64(count)) }

  /// True in `perMille` of a thousand cases.
  mutating func chance(_ perMille: Int) -> Bool { Int(next() % 1_000) < perMille }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[index(below: elements.count)]
  }
}
