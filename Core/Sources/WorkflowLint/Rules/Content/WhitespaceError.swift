import Diagnostics
import MarkedYAML

enum WhitespaceError: ChangeRule {
  static let about = RuleAbout(
    "whitespace-error", .error, facts: [.base],
    summary: "A change adds white space that `git diff --check` refuses.",
    why:
      "It makes later changes show lines that nobody touched, and conflicts where there are none.",
    advice: "Take the space away at the end of the line, and spaces in front of a tab.",
    bad: [
      """
      ==> base/a.txt
      one
      ==> a.txt
      one
       \ttwo  # ← here
      """
    ],
    good: [
      """
      ==> base/a.txt
      one
      ==> a.txt
      one
      two
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    for file in change.diff.files {
      let source = SourceText(path: file.path, text: "")
      for line in file.added {
        guard let message = message(line.text) else { continue }
        report.report(source, YAMLMark(line: line.number, column: 1), message)
      }
    }
  }

  private static func message(_ line: String) -> String? {
    let text = line.hasSuffix("\r") ? String(line.dropLast()) : line
    if let last = text.last, last == " " || last == "\t" { return "white space ends this line" }
    let indent = text.prefix { $0 == " " || $0 == "\t" }
    if indent.has(" \t") { return "a space stands before a tab" }
    let isMarker = ["<<<<<<< ", ">>>>>>> "].contains { text.hasPrefix($0) }
    return isMarker ? "a marker of a conflict was left" : nil
  }
}
