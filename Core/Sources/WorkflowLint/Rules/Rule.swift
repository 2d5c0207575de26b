import Diagnostics

/// One thing that is looked for. A rule is a file here and a page in docs/rules, which is made from
/// ``about``.
protocol Rule: SendableMetatype {
  static var about: RuleAbout { get }
}

/// Looks at one file.
protocol FileRule: Rule {
  static func check(_ file: LintedFile, _ report: inout Reporter)
}

/// Looks at all files of one folder of workflows, those a server reads together.
protocol FolderRule: Rule {
  static func check(_ folder: LintedFolder, _ report: inout FolderReporter)
}

/// Looks at what a change does.
protocol ChangeRule: Rule {
  static func check(_ change: LintedChange, _ report: inout FolderReporter)
}

extension Rule {
  static var id: RuleID { about.id }
}
