import Diagnostics
import Testing
import WorkflowLint

/// The examples of the pages are the tests of the rules.
struct RuleExampleTests {
  @Test(arguments: RuleCatalogue.all)
  func `a bad example is found at its marked lines, and nowhere else`(rule: RuleAbout) throws {
    #expect(!rule.bad.isEmpty)
    for text in rule.bad {
      let example = RuleExample(text)
      let wanted = example.files.flatMap { file in file.marked.map { "\(file.path):\($0)" } }
      #expect(!wanted.isEmpty, "an example without a marked line tests nothing")

      let outcome = try Self.run(example, rule)

      let found = outcome.findings.filter { $0.rule == rule.id }
        .map { "\($0.finding.place.file):\($0.finding.place.line)" }
      #expect(Set(found) == Set(wanted), "\(rule.id): \(outcome.findings.map(\.finding.message))")
    }
  }

  @Test(arguments: RuleCatalogue.all)
  func `a good example is silent`(rule: RuleAbout) throws {
    #expect(!rule.good.isEmpty)
    for text in rule.good {
      let example = RuleExample(text)
      #expect(!example.files.contains { !$0.marked.isEmpty })

      let outcome = try Self.run(example, rule)

      let found = outcome.findings.filter { $0.rule == rule.id }
      #expect(found.isEmpty, "\(found.map { "\($0.finding)" }.joined(separator: "\n"))")
      #expect(outcome.counts.unparseable == 0)
    }
  }

  @Test(arguments: RuleCatalogue.all.filter { $0.repair != .none })
  func `a repair that a page promises is made, and what it mends is gone`(rule: RuleAbout) throws {
    var mended = 0
    for text in rule.bad {
      let example = RuleExample(text)
      let outcome = try Self.run(example, rule)
      for input in Self.inputs(of: example, in: "") {
        guard case .text(let before) = input.content else { continue }
        let found = outcome.findings.filter { $0.finding.place.file == input.path }
        let fixes = found.compactMap(\.fix)
        #expect(fixes.allSatisfy { $0.isSafe == (rule.repair == .safe) })
        let (after, applied) = Fix.apply(fixes, to: before)
        guard applied > 0 else { continue }
        var lint = try Self.lint(for: example)
        lint.only = [rule.id.text]
        let left = lint.run([Lint.Input(path: input.path, content: .text(after))])
        #expect(left.counts.unparseable == 0, "\(after)")
        #expect(
          left.findings.count { $0.rule == rule.id } == found.count - applied, "\(after)")
        mended += applied
      }
    }
    #expect(mended > 0, "no bad example of \(rule.id) is mended")
  }

  /// The rule alone; those about suppressions need the others.
  static func run(_ example: RuleExample, _ rule: RuleAbout) throws -> LintOutcome {
    var lint = try lint(for: example)
    if !rule.id.text.hasPrefix("suppression-") {
      lint.only = [rule.id.text]
    }
    return lint.run(inputs(of: example, in: ""))
  }

  static func lint(for example: RuleExample) throws -> Lint {
    let settings = example.file("pawl.yaml")?.text ?? RuleExample.production
    let (read, report) = LintSettingsReader.read(settings, file: "pawl.yaml")
    #expect(report.isEmpty, "\(report)")
    var facts = Facts()
    facts.today = Day("2026-11-26")
    if let text = example.file("facts.yaml")?.text {
      #expect(facts.take(text) == nil)
    }
    let targets = example.targets.compactMap { Target($0) }
    #expect(targets.count == example.targets.count)
    var lint = Lint(settings: read, facts: facts, targets: targets)
    let base = inputs(of: example, in: "base/")
    if example.files.contains(where: { $0.path.hasPrefix("base/") }) {
      lint.base = base
      lint.diff = example.diff
    }
    return lint
  }

  /// The workflows and actions of the head, or of the base.
  static func inputs(of example: RuleExample, in root: String) -> [Lint.Input] {
    example.files.compactMap { file in
      guard file.path.hasSuffix(".yml"), file.path.hasPrefix("base/") == !root.isEmpty else {
        return nil
      }
      return Lint.Input(
        path: String(file.path.dropFirst(root.count)), content: .text(file.text))
    }
  }
}
