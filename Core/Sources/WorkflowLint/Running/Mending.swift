import Diagnostics

/// Makes fixes, and looks at what came of them before anybody writes it down: the file is still read, what
/// was mended is found no more, and nothing is found that was not there.
public struct Mending: Sendable {
  /// A fix that was not made.
  public struct Refusal: Sendable {
    public let finding: LintFinding
    public let why: String
  }

  /// The new text of each file that has one, by path.
  public private(set) var texts: [String: String] = [:]
  /// How many findings are mended.
  public private(set) var mended = 0
  public private(set) var refused: [Refusal] = []
  private let lint: Lint
  private let inputs: [Lint.Input]
  private var made: [String: [LintFinding]] = [:]

  /// - Parameters:
  ///   - findings: Those whose fix is wanted.
  ///   - inputs: The files that they were found in.
  public init(_ findings: [LintFinding], in inputs: [Lint.Input], _ lint: Lint) {
    var lint = lint
    // What a change did is asked of its lines, which are others now.
    (lint.base, lint.diff, lint.baseFailure) = (nil, nil, nil)
    (self.lint, self.inputs) = (lint, inputs)
    let byFile = Dictionary(grouping: findings.filter { $0.fix != nil }) { $0.finding.place.file }
    for input in inputs {
      guard case .text(let text) = input.content, let found = byFile[input.path] else { continue }
      mend(input, text, found)
    }
    if !texts.isEmpty { takeBackWhatHurtsOthers() }
    mended = made.values.reduce(0) { $0 + $1.count }
  }

  // MARK: One file

  private mutating func mend(_ input: Lint.Input, _ text: String, _ findings: [LintFinding]) {
    let before = Tally(lint.run([input]), of: input.path)
    let (all, count) = Fix.apply(findings.compactMap(\.fix), to: text)
    if count == findings.count, fault(of: all, input, before, mending: count) == nil {
      (texts[input.path], made[input.path]) = (all, findings)
      return
    }
    // One of them is the cause, or two touch the same text: one after the other, then.
    var kept: [LintFinding] = []
    for finding in findings {
      let (next, count) = Fix.apply((kept + [finding]).compactMap(\.fix), to: text)
      guard count > kept.count else { continue }
      if let why = fault(of: next, input, before, mending: count) {
        refused.append(Refusal(finding: finding, why: why))
      } else {
        kept.append(finding)
        texts[input.path] = next
      }
    }
    made[input.path] = kept
  }

  private func fault(
    of text: String, _ input: Lint.Input, _ before: Tally, mending count: Int
  ) -> String? {
    let outcome = lint.run([Lint.Input(path: input.path, content: .text(text))])
    guard outcome.counts.unparseable == 0 else { return "the file could not be read any more" }
    let after = Tally(outcome, of: input.path)
    if let rule = after.more(than: before).first { return "'\(rule)' would be found then" }
    return after.total <= before.total - count ? nil : "it would be found all the same"
  }

  // MARK: All files

  /// Files that are read together may have something in common only now, such as a name.
  private mutating func takeBackWhatHurtsOthers() {
    let before = lint.run(inputs)
    let after = lint.run(
      inputs.map { input in
        texts[input.path].map { Lint.Input(path: input.path, content: .text($0)) } ?? input
      })
    for path in Set(after.findings.map(\.finding.place.file)).sorted() {
      guard let rule = Tally(after, of: path).more(than: Tally(before, of: path)).first else {
        continue
      }
      let culprits = texts[path] != nil ? [path] : texts.keys.sorted()
      for culprit in culprits {
        texts[culprit] = nil
        refused += (made.removeValue(forKey: culprit) ?? []).map {
          Refusal(finding: $0, why: "'\(rule)' would be found then in \(path)")
        }
      }
    }
  }
}

/// How often each rule has found something in one file.
private struct Tally {
  private let counts: [String: Int]

  init(_ outcome: LintOutcome, of path: String) {
    counts = Dictionary(
      outcome.findings.lazy.filter { $0.finding.place.file == path }.map { ($0.rule.text, 1) },
      uniquingKeysWith: +)
  }

  var total: Int { counts.values.reduce(0, +) }

  /// The rules that have found more than in `other`.
  func more(than other: Tally) -> [String] {
    counts.filter { $1 > other.counts[$0] ?? 0 }.map(\.key).sorted()
  }
}
