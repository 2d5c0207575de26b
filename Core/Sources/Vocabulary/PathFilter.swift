/// Which paths start a workflow, as its `on.push.paths` says: patterns, later ones overruling earlier ones,
/// `!` in front for paths that do not.
///
/// `*` stands for any characters but `/`, `**` for any characters. The rest of the forges' pattern language
/// (`?`, `+`, `[]`) is refused when it is read: what is not understood must not decide.
public struct PathFilter: Hashable, Sendable, Codable {
  public let patterns: [PathPattern]

  public init(_ patterns: [PathPattern]) { self.patterns = patterns }

  /// Whether a change of `path` starts the workflow.
  public func matches(_ path: String) -> Bool {
    patterns.last { $0.matches(path) }.map { !$0.isExclusion } ?? false
  }
}

/// One line of a ``PathFilter``: `server/**`, `!**.md`.
public struct PathPattern: ParsedText {
  public static let noun = "path pattern"
  public static let expectation =
    "1 to 300 printable characters, '*' within a folder, '**' across folders, '!' to except"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...300).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x1F && $0 != 0x7F }),
      text != "!", !text.utf8.contains(where: { "?[]+\\".utf8.contains($0) })
    else { return nil }
    return text
  }

  public var isExclusion: Bool { text.hasPrefix("!") }

  /// Whether `path` is one of those it speaks of, whatever it says about them. Takes time in the product
  /// of the two lengths, whatever the pattern.
  public func matches(_ path: String) -> Bool {
    let path = Array(path.utf8)
    // Which beginnings of the path what was read of the pattern so far can stand for.
    var reached = [true] + [Bool](repeating: false, count: path.count)
    for token in tokens {
      var next = [Bool](repeating: false, count: path.count + 1)
      switch token {
      case .byte(let byte):
        for index in path.indices where path[index] == byte { next[index + 1] = reached[index] }
      case .stars(let crossesFolders):
        next[0] = reached[0]
        for index in path.indices {
          let goesOn = crossesFolders || path[index] != UInt8(ascii: "/")
          next[index + 1] = reached[index + 1] || next[index] && goesOn
        }
      }
      reached = next
    }
    return reached[path.count]
  }

  private enum Token {
    case byte(UInt8)
    case stars(crossesFolders: Bool)
  }

  private var tokens: [Token] {
    var tokens: [Token] = []
    var stars = 0
    func flush(_ tokens: inout [Token]) {
      if stars > 0 { tokens.append(.stars(crossesFolders: stars > 1)) }
      stars = 0
    }
    for byte in isExclusion ? text.utf8.dropFirst() : text.utf8[...] {
      if byte == UInt8(ascii: "*") {
        stars += 1
      } else {
        flush(&tokens)
        tokens.append(.byte(byte))
      }
    }
    flush(&tokens)
    return tokens
  }
}
