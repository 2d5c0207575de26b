/// One word of a command line, filled in for every order: `--image={image}`.
///
/// What stands in braces is one of a fixed list. Everything else is taken as it is: no shell reads it, so
/// nothing in an order can become another word, a redirection or a second command.
public struct CommandWord: ParsedText {
  /// What an order has to say, as it is written in braces.
  public enum Placeholder: String, Hashable, Sendable, CaseIterable {
    case slug, url, image, digest, commit, generation, epoch, effect
  }

  public static let noun = "word of a command line"
  public static let expectation =
    "1 to 4096 printable characters, in which braces stand only around "
    + Placeholder.allCases.map(\.rawValue).joined(separator: ", ")
  private static let bytesMax = 4_096

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...bytesMax).contains(text.utf8.count), printable(text, charactersMax: bytesMax) == text
    else { return nil }
    return pieces(of: text) == nil ? nil : text
  }

  /// Whether it says the same for every order.
  public var isFixed: Bool { !text.contains("{") }

  /// The word for one order.
  public func filled(_ value: (Placeholder) -> String) -> String {
    guard let pieces = Self.pieces(of: text) else {
      preconditionFailure("a checked word has only known placeholders")
    }
    return pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .placeholder(let placeholder): value(placeholder)
      }
    }.joined()
  }

  private enum Piece {
    case text(String)
    case placeholder(Placeholder)
  }

  /// Nil when a brace stands alone or holds a word that is not known.
  private static func pieces(of text: String) -> [Piece]? {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      let before = rest[..<open]
      let inside = rest[rest.index(after: open)...]
      guard !before.contains("}"), let close = inside.firstIndex(of: "}"),
        let placeholder = Placeholder(rawValue: String(inside[..<close]))
      else { return nil }
      pieces += [.text(String(before)), .placeholder(placeholder)]
      rest = inside[inside.index(after: close)...]
    }
    return rest.contains("}") ? nil : pieces + [.text(String(rest))]
  }
}
