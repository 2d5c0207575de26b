import Vocabulary

/// One line for a person, before it is known how wide the terminal is and whether it has colours.
///
/// Text from outside is made printable on the way in, so that no tenant, label or reason can move the
/// cursor or hide what stands beside it.
public struct Line: Hashable, Sendable, ExpressibleByStringInterpolation {
  public struct Span: Hashable, Sendable {
    public let text: String
    public let color: Color?
  }

  /// Longer lines are cut; nothing a person reads is longer.
  static let charactersMax = 4_000

  public private(set) var spans: [Span] = []

  public init() {}
  public init(stringLiteral text: String) { add(text) }
  public init(_ text: String, _ color: Color? = nil) { add(text, color) }

  public mutating func add(_ text: String, _ color: Color? = nil) {
    guard !text.isEmpty else { return }
    spans.append(Span(text: printable(text, charactersMax: Self.charactersMax), color: color))
  }

  /// All of it, for whoever has room for it.
  public func text(_ style: Style) -> String {
    spans.map { style.paint($0.text, $0.color) }.joined()
  }

  /// As much of it as fits into `width` columns, ending in `…` when that is not all.
  public func fitted(to width: Int, _ style: Style) -> String {
    let whole = spans.reduce(0) { $0 + columns(of: $1.text) }
    guard whole > width else { return text(style) }
    var left = max(width - 1, 0)
    var shown = ""
    for span in spans {
      let part = prefix(of: span.text, columnsMax: left)
      left -= columns(of: part)
      shown += style.paint(part, span.color)
      guard part.count == span.text.count else { break }
    }
    return shown + "…"
  }
}

/// `text` on as many lines of `width` columns as it needs, cut at spaces where there are any.
func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ", omittingEmptySubsequences: false) {
    var rest = String(word)
    if !line.isEmpty, columns(of: line) + 1 + columns(of: rest) <= width {
      line += " " + rest
      continue
    }
    if !line.isEmpty { lines.append(line) }
    while columns(of: rest) > width {
      let part = prefix(of: rest, columnsMax: max(width, 2))
      lines.append(part)
      rest = String(rest.dropFirst(part.count))
    }
    line = rest
  }
  return lines + [line]
}

/// How many columns of a terminal `text` takes.
public func columns(of text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
}

private func prefix(of text: String, columnsMax: Int) -> String {
  var part = ""
  var used = 0
  for character in text {
    used += columns(of: String(character))
    guard used <= columnsMax else { break }
    part.append(character)
  }
  return part
}

/// Marks take none, East Asian and emoji characters two (a coarse cut of Unicode TR 11, on the safe side).
private func columns(of scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    2
  default: 1
  }
}
