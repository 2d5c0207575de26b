/// A shell text, read into commands.
struct ShellScript: Sendable {
  let statements: ShellList
  /// The first thing that no shell would accept.
  let problem: Problem?
  /// Where nesting became too deep to be read on, in bytes from the beginning of the text; nil when all of it
  /// was read.
  let unread: Int?
  /// What rules look at, walked once; nil for a part of a script that was never parsed on its own.
  let flat: FlatShell?

  struct Problem: Hashable, Sendable {
    let message: String
    /// In bytes from the beginning of the text.
    let offset: Int
  }

  init(statements: ShellList, problem: Problem? = nil, unread: Int? = nil) {
    self.statements = statements
    self.problem = problem
    self.unread = unread
    flat = nil
  }

  private init(parsed: ShellScript) {
    statements = parsed.statements
    problem = parsed.problem
    let flat = FlatShell(parsed.statements)
    unread = parsed.unread ?? flat.unread
    self.flat = flat
  }

  static func parse(_ text: String) -> ShellScript {
    var parser = ShellParser(Array(text.utf8))
    return ShellScript(parsed: parser.script())
  }
}

/// Commands one after the other.
struct ShellList: Sendable {
  var chains: [Chain] = []

  /// `a && b || c`
  struct Chain: Sendable {
    var first: Pipeline
    var rest: [(joint: Joint, pipeline: Pipeline)] = []
    var isBackground = false

    enum Joint: Sendable {
      case and
      case or
    }

    var pipelines: [Pipeline] { [first] + rest.map(\.pipeline) }
  }

  /// `a | b`
  struct Pipeline: Sendable {
    var isNegated = false
    var commands: [ShellCommand] = []
  }
}

enum ShellCommand: Sendable {
  case simple(SimpleCommand)
  case compound(CompoundCommand)
}

/// A program or builtin with its words.
///
/// A class, because dozens of rules are handed every command of a script.
final class SimpleCommand: Sendable {
  let assignments: [Assignment]
  let words: [ShellWord]
  let redirections: [Redirection]
  let offset: Int
  /// The words without what only wraps the command.
  let unwrapped: [ShellWord]
  /// The program without its folder and its wrappers.
  let tool: String?

  init(
    assignments: [Assignment] = [], words: [ShellWord], redirections: [Redirection] = [],
    offset: Int
  ) {
    (self.assignments, self.words, self.redirections) = (assignments, words, redirections)
    self.offset = offset
    unwrapped = Self.unwrapped(words)
    tool = unwrapped.first?.literal?.fileName
  }

  struct Assignment: Sendable {
    let name: String
    let value: ShellWord
    let offset: Int
  }

  struct Redirection: Sendable {
    let sign: String
    let target: ShellWord
    /// The text of a heredoc.
    let body: ShellWord?
    /// What stands before the sign: `2` for errors, `&` for all; nothing for what is usual.
    var descriptor = ""
  }

  /// The program, when it is written out.
  var program: String? { words.first?.literal }

  /// The words behind the program that are written out; others are "".
  var arguments: [String] { words.dropFirst().map { $0.literal ?? "" } }
}

/// `if`, loops, groups and the like.
struct CompoundCommand: Sendable {
  enum Kind: Sendable {
    case group
    case subshell
    case branch
    case loop(Loop)
    case choice(ShellWord)
    case function(String)
    /// `[[ … ]]`
    case test
    /// `(( … ))`
    case arithmetic
  }

  enum Loop: Sendable {
    case whileTrue
    case untilTrue
    case each(variable: String, words: [ShellWord])
  }

  let kind: Kind
  let offset: Int
  /// Of `if`, `elif`, `while`, `until`: in order.
  var conditions: [ShellList] = []
  /// What is run: behind each condition, each arm of a `case`, the only body of the rest. An `else`
  /// is one more than there are conditions.
  var bodies: [ShellList] = []
  /// Of a `case`, for each body; of `[[ … ]]`, one list.
  var patterns: [[ShellWord]] = []
  var redirections: [SimpleCommand.Redirection] = []
}
