extension SimpleCommand {
  /// The words without what only wraps the command: `sudo`, `timeout 10m`, `env A=b`, `exec`.
  static func unwrapped(_ words: [ShellWord]) -> [ShellWord] {
    guard let first = words.first?.literal?.fileName, wrappers.contains(first) else {
      return words
    }
    var words = words[...]
    while let first = words.first?.literal?.fileName, wrappers.contains(first) {
      words = words.dropFirst()
      // Options of the wrapper, a duration, assignments.
      while let next = words.first?.literal,
        next.hasPrefix("-") || next.has("=") || first == "timeout" && isDuration(next)
      {
        words = words.dropFirst(valued[first]?.contains(next) ?? false ? 2 : 1)
      }
    }
    return Array(words)
  }

  private static let wrappers = [
    "sudo", "timeout", "env", "exec", "command", "nice", "nohup", "time", "stdbuf", "retry",
  ]

  /// Their options whose value is a word of its own.
  private static let valued = [
    "sudo": ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U"], "nice": ["-n"],
    "timeout": ["-k", "-s"], "env": ["-u", "-C"], "stdbuf": ["-i", "-o", "-e"],
  ]

  private static func isDuration(_ word: String) -> Bool {
    guard let first = word.utf8.first else { return false }
    return UInt8(ascii: "0")...UInt8(ascii: "9") ~= first
  }

  /// The words behind the program that are no options, written out or not.
  var operands: [ShellWord] {
    unwrapped.dropFirst().filter { !($0.literal ?? "").hasPrefix("-") }
  }

  func hasFlag(_ names: String...) -> Bool {
    unwrapped.dropFirst().contains { word in
      guard let text = word.literal else { return false }
      return names.contains { text == $0 || text.hasPrefix($0 + "=") }
    }
  }

  /// The values of an option, as `--tag x`, `--tag=x` or `-t x`.
  func values(of names: String...) -> [ShellWord] {
    let words = unwrapped
    var values: [ShellWord] = []
    for (index, word) in words.enumerated() {
      for name in names {
        if word.literal == name, words.indices.contains(index + 1) {
          values.append(words[index + 1])
        } else if case .text(let text, _)? = word.parts.first, text.hasPrefix(name + "=") {
          var value = word
          value.parts[0] = .text(String(text.dropFirst(name.count + 1)), isQuoted: true)
          values.append(value)
        }
      }
    }
    return values
  }
}

extension String {
  /// `git` of `/usr/bin/git`.
  var fileName: String {
    utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[utf8.index(after: $0)...]) } ?? self
  }
}
