/// A Swift file as its words: comments and the contents of string literals are left out, so that a rule
/// about calls is not triggered by prose.
struct SwiftFile {
  let path: String
  let text: String
  let tokens: [Token]
  /// Where in ``tokens`` each word stands, so that a rule looks only at the places that can break it.
  let places: [String: [Int]]

  init(_ file: TextFile) {
    self.init(path: file.path, text: file.text)
  }

  init(path: String, text: String) {
    self.path = path
    self.text = text
    var tokenizer = Tokenizer(text)
    tokens = tokenizer.tokens()
    places = Dictionary(grouping: tokens.indices, by: { [tokens] in tokens[$0].text })
  }

  /// An identifier or keyword, a number, or one character of punctuation.
  struct Token: Equatable {
    let text: String
    let line: Int

    /// Whether it is written like the name of a type.
    var isCapitalized: Bool { text.first?.isUppercase ?? false }
  }

  /// The modules it imports, with the line of each.
  var imports: [(module: String, line: Int)] {
    places["import", default: []].compactMap { index in
      guard index + 1 < tokens.count else { return nil }
      guard index == 0 || tokens[index - 1].text != "." else { return nil }
      // `import struct Foundation.Date` names the kind of declaration first.
      let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      let isScoped = kinds.contains(tokens[index + 1].text) && index + 2 < tokens.count
      return (tokens[isScoped ? index + 2 : index + 1].text, tokens[index].line)
    }
  }
}
