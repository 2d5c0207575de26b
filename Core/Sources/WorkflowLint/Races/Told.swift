/// What a script tells later steps when the answer to its question is no.
struct Told: Sendable {
  /// By name in lower case; nil for what is told and not written out.
  private var values: [String: String?] = [:]
  /// Whether every word of it was understood.
  private var isWhole = false

  init() {}

  /// - Parameter leftOut: The commands that are not run then, by their offsets.
  init(_ script: Script, leftOut: Set<Int>) {
    var count = 0
    for (command, scene) in script.parsed.commands {
      let isTelling = command.redirections.contains {
        $0.target.source.has("GITHUB_OUTPUT") || $0.target.source.has("GITHUB_ENV")
      }
      guard isTelling else { continue }
      count += 1
      guard command.program == "echo", command.words.count == 2,
        case .text(let text, _)? = command.words[1].parts.first,
        let sign = text.firstIndex(of: "=")
      else { return }
      let name = text[..<sign].lowercased()
      let isDone = !leftOut.contains(command.offset + scene.base)
      if isDone {
        let value = command.words[1].literal.map { String($0[$0.index(after: sign)...]) }
        values[name] = .some(value)
      } else if values[name] == nil {
        // What nobody has set reads as nothing.
        values[name] = .some("")
      }
    }
    isWhole = count == script.text.count(of: "GITHUB_OUTPUT") + script.text.count(of: "GITHUB_ENV")
  }

  /// Whether a part of the condition is false then, and so leaves out what hangs on it.
  ///
  /// - Parameter name: Under what name a path was told; nil for other paths.
  func keeps(_ condition: StepCondition, _ name: (String) -> String?) -> RaceQuestion.Keeping {
    guard isWhole, let parts = condition.parts else { return .doubtful }
    func value(_ side: Expression) -> String? {
      side.path.flatMap(name).flatMap { values[$0] ?? nil }
    }
    for part in parts {
      switch part {
      case .binary(.notEqual, let left, .string(let text)),
        .binary(.notEqual, .string(let text), let left):
        if let value = value(left), value.lowercased() == text.lowercased() { return .yes }
      case .binary(.equal, let left, .string(let text)),
        .binary(.equal, .string(let text), let left):
        if let value = value(left), value.lowercased() != text.lowercased() { return .yes }
      case .not(let inner): if let value = value(inner), !value.isEmpty { return .yes }
      case .name, .property, .index: if value(part) == "" { return .yes }
      case .string, .literal, .star, .call, .binary: break
      }
    }
    return .doubtful
  }
}

extension String {
  fileprivate func count(of part: String) -> Int {
    var (count, start) = (0, 0)
    while let found = offset(of: part, from: start) {
      count += 1
      start = found + part.utf8.count
    }
    return count
  }
}
