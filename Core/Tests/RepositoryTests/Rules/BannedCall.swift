import Testing

/// A call that is not made, except where the reason stands beside the place.
struct BannedCall: CustomTestStringConvertible {
  /// As a person would write it, for messages.
  let name: String
  /// The tokens of one spelling each; ``anyType`` stands for any capitalised word.
  let spellings: [[String]]
  /// What to write, finishing "use …".
  let instead: String
  /// The folders it is banned in.
  let folders: [String]
  /// Files that may all the same, each with its reason.
  var exceptions: [(path: String, reason: String)] = []
  /// A token in front that makes it something else: a method of the same name, a declaration.
  var unlessAfter: [String] = []
  /// The same for a token behind.
  var unlessBefore: [String] = []

  var testDescription: String { name }

  static let anyType = "‹Type›"

  /// Every place in `file` where it is called although the file is no exception.
  func findings(in file: SwiftFile) -> [Finding] {
    guard !exceptions.contains(where: { $0.path == file.path }) else { return [] }
    return uses(in: file).map { line in
      Finding(path: file.path, line: line, message: "\(name) is banned here: use \(instead)")
    }
  }

  /// Exceptions whose file exists and does not need them any more.
  func staleExceptions(in files: [SwiftFile]) -> [Finding] {
    exceptions.compactMap { path, _ in
      guard let file = files.first(where: { $0.path == path }), uses(in: file).isEmpty else {
        return nil
      }
      return Finding(
        path: path, line: 0, message: "does not use \(name) any more: remove its exception")
    }
  }

  private func uses(in file: SwiftFile) -> [Int] {
    guard folders.contains(where: { file.path.hasPrefix($0 + "/") }) else { return [] }
    let lines = spellings.flatMap { spelling in
      file.places[spelling[0], default: []].filter { isUse(spelling, at: $0, of: file.tokens) }
        .map { file.tokens[$0].line }
    }
    return lines.sorted()
  }

  private func isUse(_ spelling: [String], at start: Int, of tokens: [SwiftFile.Token]) -> Bool {
    let end = start + spelling.count
    guard end <= tokens.count else { return false }
    guard zip(spelling, tokens[start..<end]).allSatisfy(Self.fits) else { return false }
    let isOtherBefore = start > 0 && unlessAfter.contains(tokens[start - 1].text)
    let isOtherBehind = end < tokens.count && unlessBefore.contains(tokens[end].text)
    return !isOtherBefore && !isOtherBehind
  }

  private static func fits(_ pattern: String, _ token: SwiftFile.Token) -> Bool {
    pattern == anyType ? token.isCapitalized : pattern == token.text
  }
}
