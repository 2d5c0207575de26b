import Diagnostics

/// What `lint:` in pawl.yaml says.
public struct LintSettings: Sendable {
  /// Overrides for some files.
  struct PathRule: Sendable {
    let glob: Glob
    let off: [String]
  }

  public var targets: [Target] = []
  var production = Production()
  /// House rules: found whatever the server can do.
  var policies: [String] = []
  /// How a tracker looks: `#12`, `ops#412`, an address.
  var trackers: [String] = []
  /// A tracker may be this old.
  var trackerDaysMax = 14
  /// Labels that runners have. Empty: not checked.
  var runnerLabels: [Glob] = []
  /// Labels of runners with a container engine.
  var dockerLabels: [Glob] = []
  /// Labels of hosts that several jobs share.
  var sharedLabels: [Glob] = []
  /// Jobs that must have a limit of time, by label.
  var lanes: [Glob] = []
  /// The job that says whether all others were green.
  var sentinel = "all-required"
  /// The file with the required contexts, one a line.
  public var requiredContextsFile: String?
  var content = ContentSettings()
  var severities: [(rule: String, severity: Finding.Severity?)] = []
  var paths: [PathRule] = []

  public init() {}

  func isPolicy(_ about: RuleAbout) -> Bool { policies.contains(about.id.text) }

  /// Nil switches the rule off.
  func severity(of finding: LintFinding) -> Finding.Severity? {
    let id = finding.rule.text
    if paths.contains(where: { $0.off.contains(id) && $0.glob.matches(finding.finding.place.file) })
    {
      return nil
    }
    guard let row = severities.last(where: { $0.rule == id }) else {
      return finding.finding.severity
    }
    return row.severity
  }
}

/// What `lint.content` says about files that are no workflows.
struct ContentSettings: Sendable {
  /// Folders and names that must not be published.
  var internalPaths: [Glob] = []
  /// Names of operator credentials.
  var forbiddenKeys: [String] = []
  /// Beginnings of such names.
  var forbiddenKeyPrefixes: [String] = []
  /// Files that write the environment of tenants.
  var tenantFiles: [Glob] = []
  /// Files that are left out, such as fixtures.
  var exempt: [Glob] = []
}
