extension ShellParser {
  /// The redirection that begins here; nil when none does.
  mutating func redirection() -> SimpleCommand.Redirection? {
    var end = index
    while end < limit, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[end] { end += 1 }
    if end < limit, bytes[end] == UInt8(ascii: "&"), end == index { end += 1 }
    guard end < limit, bytes[end] == UInt8(ascii: "<") || bytes[end] == UInt8(ascii: ">") else {
      return nil
    }
    let first = bytes[end]
    // `<(…)` is a word.
    if end == index, end + 1 < limit, bytes[end + 1] == UInt8(ascii: "(") { return nil }
    var signEnd = end + 1
    while signEnd < limit, signEnd - end < 3,
      bytes[signEnd] == first || "&|-".utf8.contains(bytes[signEnd])
        || first == UInt8(ascii: "<") && bytes[signEnd] == UInt8(ascii: ">")
    {
      // `>&-` closes; `>& -x` does not occur; `<<-` is a heredoc with tabs.
      signEnd += 1
      if bytes[signEnd - 1] == UInt8(ascii: "&") { break }
    }
    let sign = text(end..<signEnd)
    let start = index
    index = signEnd
    if sign == "<<" || sign == "<<-" { return heredoc(sign) }
    skipBlank(newlines: false)
    guard let target = word() else {
      if sign.hasSuffix("-") {
        return .init(sign: sign, target: ShellWord(offset: start, source: ""), body: nil)
      }
      fail("nothing follows '\(sign)'", at: start)
      return nil
    }
    return .init(
      sign: sign, target: target, body: nil, descriptor: text(start..<signEnd - sign.utf8.count))
  }

  private mutating func heredoc(_ sign: String) -> SimpleCommand.Redirection? {
    let start = index
    skipBlank(newlines: false)
    guard let target = word(), let delimiter = target.literal else {
      fail("a heredoc needs a word to end at", at: start)
      return nil
    }
    let isQuoted =
      target.parts.contains {
        if case .text(_, let isQuoted) = $0 { isQuoted } else { false }
      } || target.source.has("\\")
    let lineEnd = bytes[index..<limit].firstIndex(of: 0x0A) ?? limit
    let bodyStart = min(heredocEnds[lineEnd] ?? lineEnd + 1, limit)
    let (bodyEnd, rest) = heredocEnd(from: bodyStart, delimiter, hasTabs: sign == "<<-")
    heredocEnds[lineEnd] = rest
    return .init(
      sign: sign, target: target, body: body(bodyStart..<bodyEnd, isQuoted: isQuoted))
  }

  /// Where the text of a heredoc ends, and where the script goes on. A missing delimiter only makes
  /// bash warn.
  private func heredocEnd(
    from start: Int, _ delimiter: String, hasTabs: Bool
  ) -> (body: Int, rest: Int) {
    let delimiter = Array(delimiter.utf8)
    var line = start
    while line < limit {
      let end = bytes[line..<limit].firstIndex(of: 0x0A) ?? limit
      var text = bytes[line..<end]
      if hasTabs { text = text.drop { $0 == 0x09 } }
      if text.last == 0x0D { text = text.dropLast() }
      if text.elementsEqual(delimiter) { return (line, min(end + 1, limit)) }
      line = end + 1
    }
    return (limit, limit)
  }

  private mutating func body(_ range: Range<Int>, isQuoted: Bool) -> ShellWord {
    let source = text(range)
    var word = ShellWord(offset: range.lowerBound, source: source)
    guard !isQuoted, enter() else {
      if isQuoted { word.parts = [.text(source, isQuoted: true)] }
      return word
    }
    defer { depth -= 1 }
    let (savedIndex, savedLimit) = (index, limit)
    (index, limit) = (range.lowerBound, range.upperBound)
    quoted(until: nil, openedAt: index, into: &word.parts)
    (index, limit) = (problem == nil ? savedIndex : savedLimit, savedLimit)
    return word
  }
}
