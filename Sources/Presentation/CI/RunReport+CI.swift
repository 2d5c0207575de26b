public import Vocabulary

// What a job tells its CI about a run.

extension RunReport: JobReport {
  public var outputs: [(name: String, value: String)] {
    let digests = run.images.map { "\($0.name)=\($0.digest)" }.joined(separator: ",")
    let channels = Set(run.moves.map(\.channel.text)).sorted().joined(separator: ",")
    return [
      ("outcome", label), ("candidate", run.commit.text), ("channel", channels),
      ("digests", digests), ("superseded-by", run.supersededBy?.text ?? ""),
      ("report", summary),
    ]
  }

  /// How it ended, in one line.
  public var summary: String { "\(label): \(sentence)" }

  /// What a commit status says of it. A release that gave way, or waits, is no failure of the commit, nor is
  /// one that is promoted and stands.
  public var forgeWord: CommitStatus.State {
    exitCode == 0 || isLagging ? .success : isNobodysFault ? .pending : .failure
  }

  /// Red where a person has to look.
  public var annotation: String {
    let level: WorkflowCommand.Level =
      exitCode == 0 ? .notice : isNobodysFault ? .warning : .error
    return WorkflowCommand.annotation(
      level, title: "pawl: \(label)", "\(sentence). Next: \(advice)")
  }

  public var markdown: String {
    var page = "## pawl: \(Markdown.escaped(label))\n\n"
    page +=
      "`\(run.commit)`: \(Markdown.escaped(sentence))\n\n**Next:** \(Markdown.escaped(advice))\n"
    for question in run.strangers.compactMap(\.question) {
      page += "\n**\(Markdown.escaped(question))**\n"
    }
    page += Markdown.table(run.gates)
    page += Markdown.table(
      "Waves", ["Wave", "Tenants"],
      run.waves.map { [$0.name, $0.tenants.map(\.text).joined(separator: ", ")] })
    page += Markdown.table(
      "Tenants", ["Tenant", "Status", "Before", "Why"],
      run.tenants.map { [$0.slug.text, $0.status, $0.before?.short ?? "", $0.why ?? ""] })
    page += Markdown.table(
      "Followers", ["Tenant", "Status", "Before", "Why"],
      (followers?.tenants ?? []).map {
        [$0.slug.text, $0.status, $0.before?.short ?? "", $0.why ?? ""]
      })
    page += Markdown.table(
      "Members", ["Tag", "From", "To", "State", "Why"],
      run.moves.map { [$0.tag.text, $0.from?.short ?? "", $0.to.short, $0.state, $0.why ?? ""] })
    return page
  }
}

/// Text as GitHub's Markdown shows it, and never as anything else.
enum Markdown {
  /// More rows than this are counted: a page beyond a megabyte is not shown at all.
  static let rowsMax = 500

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in printable(text, charactersMax: 2_000) {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!": escaped += "\\\(character)"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "@": escaped += "@\u{2060}"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  static func table(_ gates: [RunSummary.Gate]) -> String {
    table(
      "Gates", ["", "Gate", "Verdict", "What it rests on", "What can change it"],
      gates.map { [$0.sign, "\($0.kind) \($0.name)", $0.sentence, $0.evidence, $0.next] })
  }

  /// Nothing where there are no rows.
  static func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    var table = "\n### \(title)\n\n" + line(columns) + line(columns.map { _ in "---" })
    for row in rows.prefix(rowsMax) { table += line(row.map(escaped)) }
    if rows.count > rowsMax { table += "\n… and \(rows.count - rowsMax) more\n" }
    return table
  }
}
