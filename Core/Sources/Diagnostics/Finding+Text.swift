extension Finding: CustomStringConvertible {
  /// How much of a long line is shown around the place.
  private static let excerptScalarsMax = 100

  /// For a terminal or a log: the finding on one line, then the line it is about with a caret under
  /// the place, then the related places.
  ///
  /// ```
  /// pawl.yaml:12:3: error: unknown key 'soack'; expected 'soak' or 'batch'; did you mean 'soak'?
  ///   12 |   soack: 60s
  ///      |   ^
  /// ```
  public var description: String {
    let sentence = hint.map { "\(message); \($0)" } ?? message
    var lines = ["\(place): \(severity.rawValue): \(onOneLine(sentence))"]
    lines += excerpt.map(pointed) ?? []
    lines += related.map { "\($0.place): note: \(onOneLine($0.message))" }
    return lines.joined(separator: "\n")
  }

  private func pointed(_ line: String) -> [String] {
    let scalars = Array(onOneLine(line).unicodeScalars)
    let offset = min(place.column - 1, scalars.count)
    // A long line is cut on both sides, so that the caret stays on the screen.
    let start = max(
      0, min(offset - Self.excerptScalarsMax / 2, scalars.count - Self.excerptScalarsMax))
    let end = min(scalars.count, start + Self.excerptScalarsMax)
    var window = String.UnicodeScalarView()
    window.append(contentsOf: scalars[start..<end])

    let number = String(place.line)
    let margin = String(repeating: " ", count: number.utf8.count)
    let before = start > 0 ? "…" : ""
    let after = end < scalars.count ? "…" : ""
    let indent = String(repeating: " ", count: offset - start + (start > 0 ? 1 : 0))
    return ["  \(number) | \(before)\(String(window))\(after)", "  \(margin) | \(indent)^"]
  }
}
