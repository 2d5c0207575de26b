import Diagnostics
import MarkedYAML

/// Looks at a set of files and says all that is the matter with them. Pure: the files, the facts and
/// the day are handed in.
public struct Lint: Sendable {
  /// A file as it was found.
  public struct Input: Sendable {
    public enum Content: Sendable {
      case text(String)
      /// It could not be read, and why: `not UTF-8`.
      case unreadable(String)
    }

    public let path: String
    public let content: Content

    public init(path: String, content: Content) {
      self.path = path
      self.content = content
    }
  }

  public var settings: LintSettings
  public var facts: Facts
  /// Named on the command line; else those of the settings, else what the folder of a file says.
  public var targets: [Target]
  /// Only these rules; all of them when empty.
  public var only: [String] = []
  public var skip: [String] = []
  /// The files of the base revision, and what the change adds; nil when no base was named.
  public var base: [Input]?
  public var diff: Diff?
  /// Why a base that was named could not be read.
  public var baseFailure: String?

  public init(settings: LintSettings, facts: Facts, targets: [Target] = []) {
    self.settings = settings
    self.facts = facts
    self.targets = targets.isEmpty ? settings.targets : targets
  }

  public func run(_ inputs: [Input]) -> LintOutcome {
    var run = LintRun(self)
    for input in inputs { run.read(input) }
    return run.conclude()
  }

  /// The servers that are to run a file: named, or known from its folder.
  func targets(of path: String) -> [Target] {
    guard targets.isEmpty else { return targets }
    if path.has(".gitea/") { return [Target(.gitea)] }
    if path.has(".forgejo/") { return [Target(.forgejo)] }
    return [Target(.github)]
  }

  func isOn(_ about: RuleAbout) -> Bool {
    let id = about.id.text
    return (only.isEmpty || only.contains(id)) && !skip.contains(id)
  }

  /// A file as rules see it; nil when it cannot be read.
  func linted(_ input: Input) -> LintedFile? {
    guard case .text(let text) = input.content else { return nil }
    let document = YAMLDocument.read(text)
    guard let root = document.root, root.isMapping else { return nil }
    let source = SourceText(path: input.path, text: text)
    return LintedFile(
      workflow: Workflow(root: root, source: source), problems: document.problems,
      targets: targets(of: input.path), settings: settings, facts: facts)
  }
}
