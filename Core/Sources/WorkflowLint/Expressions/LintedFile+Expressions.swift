import MarkedYAML

extension LintedFile {
  func eachExpression(_ visit: (Expression, YAMLMark) -> Void) {
    for (expression, mark) in expressions { visit(expression, mark) }
  }

  static func expressions(in root: YAMLNode) -> [(expression: Expression, mark: YAMLMark)] {
    var found: [(expression: Expression, mark: YAMLMark)] = []
    visit(root, key: "") { found.append(($0, $1)) }
    return found
  }

  private static func visit(
    _ node: YAMLNode, key: String, _ visit: (Expression, YAMLMark) -> Void
  ) {
    switch node.content {
    case .nothing: break
    case .list(let items): for item in items { Self.visit(item, key: key, visit) }
    case .mapping(let entries):
      for entry in entries { Self.visit(entry.value, key: entry.key, visit) }
    case .scalar(let text, let style):
      if key == "if", !text.has("${{") {
        if let expression = ExpressionParser.parse(text) { visit(expression, node.mark) }
        return
      }
      for found in Interpolation.all(in: text) {
        guard let expression = found.expression else { continue }
        visit(expression, node.mark.moved(over: text, by: found.range.lowerBound, style))
      }
    }
  }
}

extension YAMLMark {
  /// The place of a byte of the value that begins here. Folded and quoted text of several lines is
  /// named by the line it begins on.
  func moved(over text: String, by offset: Int, _ style: YAMLNode.Style) -> YAMLMark {
    let before = text.utf8.prefix(offset)
    let lines = before.count { $0 == UInt8(ascii: "\n") }
    switch style {
    case .literal: return YAMLMark(line: line + 1 + lines, column: 1)
    case .folded: return YAMLMark(line: line + 1, column: 1)
    case .plain, .singleQuoted, .doubleQuoted:
      guard lines == 0 else { return self }
      let width = String(decoding: before, as: UTF8.self).unicodeScalars.count
      return YAMLMark(line: line, column: column + width + (style == .plain ? 0 : 1))
    }
  }
}
