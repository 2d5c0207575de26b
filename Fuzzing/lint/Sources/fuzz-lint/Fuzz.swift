import WorkflowLint

/// Everything that a run of the fuzzer shares: a lint with every fact known, for three servers.
private let lint: Lint = {
  let settings = LintSettingsReader.read(RuleExample.production, file: "pawl.yaml").settings
  var facts = Facts()
  let problem = facts.take(
    """
    required-contexts: ["CI / test (push)"]
    protected-contexts: ["CI / * (push)"]
    issues: [{reference: "#12", state: closed}]
    runs: [{context: "CI / test", results: [{status: success, log: "::error::"}]}]
    pull-request: "A change"
    runner-labels: [linux]
    secrets: [TOKEN]
    variables: [LABEL]
    """)
  precondition(problem == nil, "the facts of the fuzzer can be read")
  facts.today = Day("2026-11-26")
  let targets = ["gitea=1.22.6", "forgejo", "github"].compactMap { Target($0) }
  return Lint(settings: settings, facts: facts, targets: targets)
}()

/// libFuzzer's entry: any bytes are answered with findings, never with a trap. A line `%%%` parts what was
/// there before from what is linted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }
  let parts = text.components(partedBy: "\n%%%\n")
  var lint = lint
  lint.base = [input(parts.count > 1 ? parts[0] : "name: CI\non: push\njobs: {}\n")]
  let head = input(parts.last ?? "")
  lint.diff = RuleExample(parts.last ?? "").diff
  let outcome = lint.run([head])
  _ = LintReport(outcome).sarif(version: "0", hasBaseline: false).pretty
  _ = LintReport(outcome).blocks
  _ = Fix.apply(outcome.findings.compactMap(\.fix), to: parts.last ?? "")
  _ = lint.wanted(by: [head])
  _ = RaceProof([head], lint).lines
  // The settings and the facts of a lint are read from outside as well.
  _ = LintSettingsReader.read(text, file: "pawl.yaml")
  var facts = Facts()
  _ = facts.take(text)
  return 0
}

private func input(_ text: String) -> Lint.Input {
  Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))
}

extension String {
  fileprivate func components(partedBy line: String) -> [String] {
    guard let found = firstRange(of: line) else { return [self] }
    return [String(self[..<found.lowerBound]), String(self[found.upperBound...])]
  }
}
