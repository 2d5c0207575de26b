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
      let all = Interpolation.all(in: text)
      guard !all.isEmpty else { return }
      let lines = LineTable(text)
      for found in all {
        guard let expression = found.expression else { continue }
        let (line, column) = lines.place(of: found.range.lowerBound, in: text)
        visit(expression, node.mark.moved(line, column, style))
      }
    }
  }
}

extension YAMLMark {
  /// The place of a character of the value that begins here: its line in the value, from 0, and what stands
  /// before it there. Folded and quoted text of several lines is named by the line it begins on.
  func moved(_ lines: Int, _ width: Int, _ style: YAMLNode.Style) -> YAMLMark {
    switch style {
    case .literal: return YAMLMark(line: line + 1 + lines, column: 1)
    case .folded: return YAMLMark(line: line + 1, column: 1)
    case .plain, .singleQuoted, .doubleQuoted:
      guard lines == 0 else { return self }
      return YAMLMark(line: line, column: column + width + (style == .plain ? 0 : 1))
    }
  }
}
