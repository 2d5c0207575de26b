/// Names of commit statuses: `CI / all-required (push)`, or many at once with `*`, as in `E2E / * (push)`.
///
/// `*` stands for any characters, also none; everything else for itself, the event in brackets included.
public struct ContextPattern: ParsedText {
  public static let noun = "pattern of status contexts"
  public static let expectation = ContextName.expectation + ", '*' for any characters"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? { ContextName.normalized(text) }

  /// A pattern that means one name and no other, as long as that has no `*`.
  public init(_ name: ContextName) { text = name.text }

  /// Whether it can mean more than one name.
  public var isGlob: Bool { text.utf8.contains(UInt8(ascii: "*")) }

  public func matches(_ name: ContextName) -> Bool {
    isGlob ? globMatches(Array(text.utf8), Array(name.text.utf8)) : text == name.text
  }
}

/// Whether `text` is what `pattern` stands for, where `*` is any bytes. Linear in the product of the two.
func globMatches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
  let star = UInt8(ascii: "*")
  var (p, t) = (0, 0)
  var retry: (pattern: Int, text: Int)?
  while t < text.count {
    if p < pattern.count, pattern[p] == star {
      retry = (p, t)
      p += 1
    } else if p < pattern.count, pattern[p] == text[t] {
      p += 1
      t += 1
    } else if let last = retry {
      retry = (last.pattern, last.text + 1)
      p = last.pattern + 1
      t = last.text + 1
    } else {
      return false
    }
  }
  return pattern[p...].allSatisfy { $0 == star }
}
