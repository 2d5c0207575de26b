import Foundation

/// A Markdown page as its headings, links and fenced blocks.
struct MarkdownPage {
  let path: String
  let headings: [Heading]
  let links: [Link]
  let blocks: [FencedBlock]
  /// What stands in backticks outside the blocks.
  let codeSpans: [CodeSpan]

  struct Heading: Equatable {
    let level: Int
    let text: String
    let line: Int
    /// The lines up to the next heading of any level.
    var body: [Substring] = []
  }

  struct Link: Equatable {
    let target: String
    let line: Int
  }

  struct CodeSpan: Equatable {
    let text: String
    let line: Int
  }

  struct FencedBlock: Equatable {
    /// What follows the opening fence: `console`.
    let language: String
    /// The line of the first line inside.
    let line: Int
    /// Without their indentation.
    var lines: [Substring] = []
  }

  init(_ file: TextFile) {
    path = file.path
    var headings: [Heading] = []
    var links: [Link] = []
    var blocks: [FencedBlock] = []
    var codeSpans: [CodeSpan] = []
    var isFenced = false
    for (number, line) in file.lines {
      // A block inside a list is indented.
      let unindented = line.drop { $0 == " " }
      if unindented.hasPrefix("```") {
        isFenced.toggle()
        let language = String(unindented.dropFirst(3))
        if isFenced { blocks.append(.init(language: language, line: number + 1)) }
      } else if isFenced {
        blocks[blocks.count - 1].lines.append(unindented)
      } else if let heading = Self.heading(line, number) {
        headings.append(heading)
      } else if !headings.isEmpty {
        headings[headings.count - 1].body.append(line)
      }
      guard !isFenced else { continue }
      let (prose, code) = Self.split(line)
      codeSpans += code.map { CodeSpan(text: $0, line: number) }
      links += Self.links(in: prose).map { Link(target: $0, line: number) }
    }
    self.headings = headings
    self.links = links
    self.blocks = blocks
    self.codeSpans = codeSpans
  }

  /// What can follow `#` in a link to this page: the headings as GitHub and Gitea spell them, a repeated
  /// one numbered.
  var anchors: [String] {
    var anchors: [String] = []
    for heading in headings {
      let plain = Self.anchor(of: heading.text)
      var anchor = plain
      var repeats = 0
      while anchors.contains(anchor) {
        repeats += 1
        anchor = "\(plain)-\(repeats)"
      }
      anchors.append(anchor)
    }
    return anchors
  }

  private static func heading(_ line: Substring, _ number: Int) -> Heading? {
    let marks = line.prefix { $0 == "#" }
    guard (1...6).contains(marks.count), line.dropFirst(marks.count).first == " " else {
      return nil
    }
    let text = line.dropFirst(marks.count).trimmingCharacters(in: .whitespaces)
    return Heading(level: marks.count, text: text, line: number)
  }

  /// `line` without its code spans, and the spans.
  private static func split(_ line: Substring) -> (prose: String, code: [String]) {
    let parts = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    let prose = parts.filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }
    let code = parts.filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    return (prose.joined(), code)
  }

  /// The targets of `[text](target)` in `prose`.
  private static func links(in prose: String) -> [String] {
    prose.components(separatedBy: "](").dropFirst().compactMap { rest in
      rest.firstIndex(of: ")").map { String(rest[..<$0]) }
    }
  }

  private static func anchor(of heading: String) -> String {
    String(
      heading.lowercased().compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || "-_".contains(character)
          ? character : nil
      })
  }
}
