import Diagnostics

/// A rule's page in docs/rules, which is also what `--explain` shows.
public struct RulePage: Sendable {
  private let about: RuleAbout

  public init(_ about: RuleAbout) { self.about = about }

  public var fileName: String { about.id.text + ".md" }

  public var markdown: String {
    var lines = ["# \(about.id)", "", about.summary, "", about.why, "", properties, ""]
    lines += examples("Bad", about.bad)
    lines += examples("Good", about.good)
    lines += ["## What to do", "", about.advice]
    return lines.joined(separator: "\n") + "\n"
  }

  private var properties: String {
    var parts = ["**\(about.severity.rawValue)**", "\(about.confidence.rawValue)"]
    parts.append(about.repair == .none ? "no fix" : "\(about.repair.rawValue) fix")
    if let setting = about.setting { parts.append("needs `\(setting.rawValue)`") }
    if !about.facts.isEmpty {
      parts.append("needs " + listed(about.facts.map { "`\($0.rawValue)`" }))
    }
    return parts.joined(separator: " · ")
  }

  private func examples(_ title: String, _ texts: [String]) -> [String] {
    ["## \(title)", ""]
      + texts.flatMap { text in RulePage.blocks(RuleExample(text)) }
  }

  private static func blocks(_ example: RuleExample) -> [String] {
    let target = example.targets.isEmpty ? "" : " on " + example.targets.joined(separator: ", ")
    return example.files.flatMap { file -> [String] in
      let isNamed = example.files.count > 1 || !target.isEmpty
      let title = isNamed ? ["`\(file.path)`\(target):", ""] : []
      return title + ["```yaml"] + marked(file) + ["```", ""]
    }
  }

  private static func marked(_ file: RuleExample.File) -> [String] {
    var lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    for number in file.marked where lines.indices.contains(number - 1) {
      lines[number - 1] += (lines[number - 1].isEmpty ? "" : "  ") + RuleExample.marker
    }
    return lines
  }

  /// The index of the pages.
  public static var index: String {
    var lines = [
      "# Rules of `pawl lint`", "",
      """
      Each page is made from its rule by `make rules`; its examples are the rule's tests. A line that \
      ends in
      """,
      "`\(RuleExample.marker)` is found. How to run the lint says the [guide](../guide/lint.md).",
      "",
      "| Rule | | What is the case |", "|---|---|---|",
    ]
    lines += RuleCatalogue.all.map { about in
      let summary = about.summary.replacing("|", with: "\\|")
      return "| [\(about.id)](\(about.id).md) | \(about.severity.rawValue) | \(summary) |"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
