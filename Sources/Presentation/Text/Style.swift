/// Whether text may be coloured. Colour only ever repeats what a word or a sign already says.
public enum Style: Sendable {
  case plain
  case colored

  /// `text` in `color`, where colour is wanted.
  func paint(_ text: String, _ color: Color?) -> String {
    guard self == .colored, let color, !text.isEmpty else { return text }
    return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
  }
}

/// The eight colours every terminal has, by what they mean here (ECMA-48, SGR).
public enum Color: Int, Sendable {
  case bad = 31
  case good = 32
  case warning = 33
  case active = 36
  case quiet = 2
  case strong = 1
}
