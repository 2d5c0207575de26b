extension ShellParser {
  /// The command that begins here; nil when none does.
  mutating func command() -> ShellCommand? {
    skipBlank(newlines: false)
    guard let byte = peek else { return nil }
    let start = index
    if byte == UInt8(ascii: "(") { return parenthesis(start) }
    if let word = reservedWord() { return compound(word, start) }
    guard byte != 0x0A, byte != UInt8(ascii: ")"), byte != UInt8(ascii: ";"),
      byte != UInt8(ascii: "|"), byte != UInt8(ascii: "&") || peek(1) == UInt8(ascii: ">")
    else { return nil }
    if let function = functionDefinition(start) { return function }
    return .simple(simple(start))
  }

  // MARK: Compound commands

  private mutating func parenthesis(_ start: Int) -> ShellCommand {
    if peek(1) == UInt8(ascii: "("), let end = arithmeticEnd(from: start + 2) {
      index = end
      return closed(CompoundCommand(kind: .arithmetic, offset: start))
    }
    index += 1
    let body = list(until: [], closer: UInt8(ascii: ")"))
    take(")", opened: "(", at: start)
    return closed(CompoundCommand(kind: .subshell, offset: start, bodies: [body]))
  }

  private mutating func compound(_ word: String, _ start: Int) -> ShellCommand? {
    index += word.utf8.count
    switch word {
    case "if": return branch(start)
    case "while", "until":
      return loop(word == "while" ? .whileTrue : .untilTrue, word, start)
    case "for", "select": return each(word, start)
    case "case": return choice(start)
    case "{":
      let body = list(until: ["}"])
      take(word: "}", opened: "{", at: start)
      return closed(CompoundCommand(kind: .group, offset: start, bodies: [body]))
    case "[[": return test(start)
    case "function": return namedFunction(start)
    case "coproc": return command()
    default:
      // A word such as `then` where a command should be; the list has told.
      index = start
      fail("unexpected '\(word)'", at: start)
      return nil
    }
  }

  private mutating func branch(_ start: Int) -> ShellCommand {
    var command = CompoundCommand(kind: .branch, offset: start)
    command.conditions.append(list(until: ["then"]))
    take(word: "then", opened: "if", at: start)
    command.bodies.append(list(until: ["elif", "else", "fi"]))
    while problem == nil, reservedWord() == "elif" {
      index += 4
      command.conditions.append(list(until: ["then"]))
      take(word: "then", opened: "elif", at: start)
      command.bodies.append(list(until: ["elif", "else", "fi"]))
    }
    if problem == nil, reservedWord() == "else" {
      index += 4
      command.bodies.append(list(until: ["fi"]))
    }
    take(word: "fi", opened: "if", at: start)
    return closed(command)
  }

  private mutating func loop(
    _ kind: CompoundCommand.Loop, _ word: String, _ start: Int
  ) -> ShellCommand {
    var command = CompoundCommand(kind: .loop(kind), offset: start)
    command.conditions.append(list(until: ["do"]))
    take(word: "do", opened: word, at: start)
    command.bodies.append(list(until: ["done"]))
    take(word: "done", opened: word, at: start)
    return closed(command)
  }

  private mutating func each(_ word: String, _ start: Int) -> ShellCommand {
    skipBlank(newlines: false)
    var variable = ""
    var words: [ShellWord] = []
    if starts(with: "(("), let end = arithmeticEnd(from: index + 2) {
      index = end
    } else {
      variable = self.word()?.literal ?? ""
      skipBlank(newlines: true)
      if starts(with: "in"), let next = peek(2), Self.isDelimiter(next) {
        index += 2
        while true {
          skipBlank(newlines: false)
          guard let byte = peek, byte != 0x0A, byte != UInt8(ascii: ";"), let word = self.word()
          else { break }
          words.append(word)
        }
      }
    }
    var command = CompoundCommand(
      kind: .loop(.each(variable: variable, words: words)), offset: start)
    skipBlank(newlines: true)
    if peek == UInt8(ascii: ";") { index += 1 }
    skipBlank(newlines: true)
    if reservedWord() == "{" {
      index += 1
      command.bodies.append(list(until: ["}"]))
      take(word: "}", opened: "{", at: start)
    } else {
      take(word: "do", opened: word, at: start)
      command.bodies.append(list(until: ["done"]))
      take(word: "done", opened: word, at: start)
    }
    return closed(command)
  }

  private mutating func choice(_ start: Int) -> ShellCommand {
    skipBlank(newlines: false)
    let subject = word() ?? ShellWord(offset: index, source: "")
    var command = CompoundCommand(kind: .choice(subject), offset: start)
    skipBlank(newlines: true)
    guard starts(with: "in") else {
      fail("expected 'in' behind 'case'", at: start)
      return .compound(command)
    }
    index += 2
    while problem == nil {
      skipBlank(newlines: true)
      if reservedWord() == "esac" { break }
      guard peek != nil else { break }
      arm(of: &command, start)
    }
    take(word: "esac", opened: "case", at: start)
    return closed(command)
  }

  private mutating func arm(of command: inout CompoundCommand, _ start: Int) {
    if peek == UInt8(ascii: "(") { index += 1 }
    var patterns: [ShellWord] = []
    while true {
      skipBlank(newlines: false)
      guard let pattern = word() else { break }
      patterns.append(pattern)
      skipBlank(newlines: false)
      guard peek == UInt8(ascii: "|") else { break }
      index += 1
    }
    guard peek == UInt8(ascii: ")") else {
      fail("expected ')' behind the pattern of a 'case'", at: min(index, max(limit - 1, 0)))
      return
    }
    index += 1
    command.patterns.append(patterns)
    command.bodies.append(list(until: ["esac"]))
    if starts(with: ";;&") {
      index += 3
    } else if starts(with: ";;") || starts(with: ";&") {
      index += 2
    }
  }

  private mutating func test(_ start: Int) -> ShellCommand {
    var words: [ShellWord] = []
    while true {
      skipBlank(newlines: true)
      guard peek != nil else {
        fail("'[[' is never closed by ']]'", at: start)
        break
      }
      if starts(with: "]]"), peek(2).map(Self.isDelimiter) ?? true {
        index += 2
        break
      }
      let before = index
      if let word = word(inTest: true) { words.append(word) }
      if index == before { index += 1 }
    }
    return closed(CompoundCommand(kind: .test, offset: start, patterns: [words]))
  }

  private mutating func namedFunction(_ start: Int) -> ShellCommand? {
    skipBlank(newlines: false)
    let name = word()?.literal ?? ""
    skipBlank(newlines: false)
    if starts(with: "()") { index += 2 }
    return function(name, start)
  }

  /// `name() {`, when that stands here.
  private mutating func functionDefinition(_ start: Int) -> ShellCommand? {
    var end = index
    while end < limit, !Self.isDelimiter(bytes[end]), !"\"'$`=".utf8.contains(bytes[end]) {
      end += 1
    }
    let name = end
    while end < limit, bytes[end] == 0x20 { end += 1 }
    guard name > index, end < limit, bytes[end] == UInt8(ascii: "(") else { return nil }
    end += 1
    while end < limit, bytes[end] == 0x20 { end += 1 }
    guard end < limit, bytes[end] == UInt8(ascii: ")") else { return nil }
    index = end + 1
    return function(text(start..<name), start)
  }

  private mutating func function(_ name: String, _ start: Int) -> ShellCommand? {
    skipBlank(newlines: true)
    guard enter() else { return nil }
    defer { depth -= 1 }
    guard let body = command() else {
      fail("the function '\(name)' has no body", at: start)
      return nil
    }
    let list = ShellList(chains: [.init(first: .init(commands: [body]))])
    return .compound(CompoundCommand(kind: .function(name), offset: start, bodies: [list]))
  }

  /// The command with the redirections behind it.
  private mutating func closed(_ command: CompoundCommand) -> ShellCommand {
    var command = command
    while true {
      skipBlank(newlines: false)
      guard let redirection = redirection() else { break }
      command.redirections.append(redirection)
    }
    return .compound(command)
  }

  private mutating func take(word: String, opened: String, at start: Int) {
    guard problem == nil else { return }
    skipBlank(newlines: true)
    guard reservedWord() == word else {
      if index >= limit {
        fail("'\(opened)' is never closed by '\(word)'", at: start)
      } else {
        fail("expected '\(word)' for this '\(opened)'", at: start)
      }
      return
    }
    index += word.utf8.count
  }

  private mutating func take(_ sign: Character, opened: String, at start: Int) {
    guard problem == nil else { return }
    skipBlank(newlines: true)
    guard let byte = peek, byte == sign.asciiValue else {
      fail("'\(opened)' is never closed by '\(sign)'", at: start)
      return
    }
    index += 1
  }

  // MARK: Simple commands

  private mutating func simple(_ start: Int) -> SimpleCommand {
    var assignments: [SimpleCommand.Assignment] = []
    var words: [ShellWord] = []
    var redirections: [SimpleCommand.Redirection] = []
    while true {
      skipBlank(newlines: false)
      guard let byte = peek, byte != 0x0A else { break }
      if let redirection = redirection() {
        redirections.append(redirection)
      } else if words.isEmpty, let assignment = assignment() {
        assignments.append(assignment)
      } else if let word = word() {
        words.append(word)
      } else {
        break
      }
    }
    return SimpleCommand(
      assignments: assignments, words: words, redirections: redirections, offset: start)
  }

  private mutating func assignment() -> SimpleCommand.Assignment? {
    var end = index
    while end < limit, Self.isNameByte(bytes[end], first: end == index) { end += 1 }
    guard end > index, end < limit, "[+=".utf8.contains(bytes[end]) else { return nil }
    let name = text(index..<end)
    if bytes[end] == UInt8(ascii: "[") {
      guard let close = bytes[end..<limit].firstIndex(of: UInt8(ascii: "]")) else { return nil }
      end = close + 1
    }
    if end < limit, bytes[end] == UInt8(ascii: "+") { end += 1 }
    guard end < limit, bytes[end] == UInt8(ascii: "=") else { return nil }
    let start = index
    index = end + 1
    if peek == UInt8(ascii: "(") {
      return SimpleCommand.Assignment(name: name, value: array(), offset: start)
    }
    let empty = ShellWord(offset: index, source: "")
    return SimpleCommand.Assignment(name: name, value: word() ?? empty, offset: start)
  }

  /// The words of `(a b c)` as one word.
  mutating func array() -> ShellWord {
    let start = index
    index += 1
    var parts: [ShellWord.Part] = []
    while true {
      skipBlank(newlines: true)
      guard let byte = peek else {
        fail("'(' is never closed by ')'", at: start)
        break
      }
      if byte == UInt8(ascii: ")") {
        index += 1
        break
      }
      guard let word = word() else {
        fail("unexpected '\(text(index..<index + 1))' in a list", at: index)
        break
      }
      if !parts.isEmpty { parts.append(.text(" ", isQuoted: false)) }
      parts += word.parts
    }
    return ShellWord(parts: parts, offset: start, source: text(start..<min(index, limit)))
  }
}
