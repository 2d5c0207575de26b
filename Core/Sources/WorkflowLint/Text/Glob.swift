/// A pattern of paths, contexts or labels: `*` is anything without a `/`, `**` anything, `?` one
/// character.
public struct Glob: Hashable, Sendable, CustomStringConvertible {
  public let pattern: String
  private let scalars: [Unicode.Scalar]

  public init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  public var description: String { pattern }

  /// - Parameter crossing: whether a single `*` may match a `/`, as in contexts, where it has no
  ///   meaning.
  public func matches(_ text: String, crossing: Bool = false) -> Bool {
    var remembered = Remembered()
    return matches(0, Array(text.unicodeScalars), 0, crossing, &remembered)
  }

  /// Pairs already found not to match; without them many `*` would need for ever.
  private struct Remembered { var pairs: Set<[Int]> = [] }

  private func matches(
    _ at: Int, _ text: [Unicode.Scalar], _ index: Int, _ crossing: Bool, _ dead: inout Remembered
  ) -> Bool {
    guard at < scalars.count else { return index == text.count }
    guard scalars[at] == "*" else {
      guard index < text.count else { return false }
      let isSame =
        scalars[at] == text[index] || scalars[at] == "?" && (crossing || text[index] != "/")
      return isSame && matches(at + 1, text, index + 1, crossing, &dead)
    }
    guard !dead.pairs.contains([at, index]) else { return false }
    let isDouble = at + 1 < scalars.count && scalars[at + 1] == "*"
    var rest = at + (isDouble ? 2 : 1)
    // `**/x` also matches `x`.
    if isDouble, rest < scalars.count, scalars[rest] == "/",
      matches(rest + 1, text, index, crossing, &dead)
    {
      return true
    }
    if isDouble { while rest < scalars.count, scalars[rest] == "*" { rest += 1 } }
    var end = index
    while true {
      if matches(rest, text, end, crossing, &dead) { return true }
      guard end < text.count, isDouble || crossing || text[end] != "/" else { break }
      end += 1
    }
    dead.pairs.insert([at, index])
    return false
  }
}
