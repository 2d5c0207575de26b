/// How a command is known that pawl.yaml declares by a program and its first words.
extension Production.Selector {
  /// Whether a command with these words is the declared one: the same program, in whatever way its folder is
  /// written, and then the declared words, with nothing but options between them.
  func names(_ texts: [String]) -> Bool {
    guard let wanted = words.first, let program = texts.first, Self.isSame(program, wanted) else {
      return false
    }
    let takesTargets = Self.takingTargets.contains(wanted.fileName)
    var left = words.dropFirst()
    var mayBeValue = false
    for text in texts.dropFirst() {
      guard let next = left.first else { break }
      if text == next || next.has("/") && Self.isSame(text, next) {
        left = left.dropFirst()
        mayBeValue = false
      } else if text.hasPrefix("-") {
        mayBeValue = !text.has("=")
      } else {
        guard mayBeValue || takesTargets else { return false }
        mayBeValue = false
      }
    }
    return left.isEmpty
  }

  /// Of their words each is a thing to do: `make test deploy` deploys.
  private static let takingTargets = ["make", "gmake", "just", "task"]

  private static func isSame(_ program: String, _ wanted: String) -> Bool {
    if program == wanted { return true }
    return wanted.has("/") ? path(program) == path(wanted) : program.fileName == wanted
  }

  /// The folders and the name, without what only says where they begin: `./`, `$GITHUB_WORKSPACE/`.
  private static func path(_ text: String) -> [Substring] {
    guard text.has("/") else { return [] }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return Array(parts.drop { $0 == "." || $0 == ".." || $0.hasPrefix("$") }.filter { $0 != "." })
  }
}

/// The ways to say what a command runs: itself, and what it hands its work to.
enum Launched {
  /// `./deploy.sh x` of `bash -e ./deploy.sh x`, of `. ./deploy.sh x`, of `xargs -n1 ./deploy.sh x` and of
  /// `flock /tmp/lock ./deploy.sh x`: each with the words it is written with first.
  static func views(of texts: [String]) -> [[String]] {
    var views = [texts]
    while views.count < 4, let next = next(views[views.count - 1]) { views.append(next) }
    return views
  }

  /// Programs that hand their work to another, and so are looked through.
  static func isLauncher(_ tool: String) -> Bool {
    shells.contains(tool) || interpreters.contains(tool) || isWrapper(tool)
      || [".", "source"].contains(tool)
  }

  /// Programs that run the command behind their options. They are no wrappers to other rules: what
  /// `xargs` is given is read to the end, whatever it runs.
  static func isWrapper(_ tool: String) -> Bool { tool == "xargs" || tool == "flock" }

  /// How many words stand before the command that a wrapper runs; nil when it runs none.
  static func wrapped(_ texts: [String]) -> Int? {
    let isFlock = texts.first?.fileName == "flock"
    let valued =
      isFlock
      ? ["-w", "-E", "--wait", "--timeout"] : ["-n", "-P", "-I", "-L", "-d", "-s", "-a", "-E"]
    var index = 1
    while index < texts.count, texts[index].hasPrefix("-") {
      index += valued.contains(texts[index]) ? 2 : 1
    }
    // The file of the lock.
    if isFlock { index += 1 }
    return index < texts.count ? index : nil
  }

  private static let shells = ["bash", "sh", "dash", "zsh", "ksh"]
  private static let interpreters = ["python", "python3", "node", "ruby", "perl", "php"]

  private static func next(_ texts: [String]) -> [String]? {
    guard let tool = texts.first?.fileName else { return nil }
    if tool == "." || tool == "source" { return texts.count > 1 ? Array(texts.dropFirst()) : nil }
    if isWrapper(tool) {
      guard let start = wrapped(texts) else { return nil }
      if texts[start] == "-c", texts.count > start + 1 {
        return texts[start + 1].split(separator: " ").map(String.init)
      }
      return Array(texts[start...])
    }
    if shells.contains(tool) { return script(texts, endsAt: "c", valued: "oO") }
    return interpreters.contains(tool) ? script(texts, endsAt: "cem", valued: "WX") : nil
  }

  /// The script behind the options of an interpreter; nil when it is not a file.
  private static func script(_ texts: [String], endsAt: String, valued: String) -> [String]? {
    var index = 1
    while index < texts.count, texts[index].hasPrefix("-") || texts[index].hasPrefix("+") {
      guard let letter = texts[index].last, texts[index].count > 1 else { return nil }
      if !texts[index].hasPrefix("--") {
        if endsAt.contains(letter) { return nil }
        if valued.contains(letter) { index += 1 }
      }
      index += 1
    }
    return index < texts.count ? Array(texts[index...]) : nil
  }
}
