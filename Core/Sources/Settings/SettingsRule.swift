public import Diagnostics

/// Every kind of finding that settings can have; docs/reference/configuration.md explains each.
public enum SettingsRule: Hashable, Sendable, CaseIterable {
  /// The text is not YAML, or uses a part of YAML that settings do without.
  case syntax
  /// The text, or the tree in it, is over a limit.
  case tooLarge
  case duplicateKey
  case unknownKey
  case missingKey
  case wrongType
  /// Text that is not the word it should be.
  case malformed
  case outOfRange
  /// A list or a section that must hold something holds nothing.
  case empty
  /// A name that nothing in the file bears.
  case unknownName
  /// Two things that must differ are the same.
  case duplicateName
  /// Two statements that cannot both hold.
  case contradiction
  case literalSecret
  /// It belongs to pawl.yaml, and this version cannot do it.
  case notAvailable
  /// Allowed, and something goes unchecked or unused by it.
  case unguarded

  public var id: RuleID {
    switch self {
    case .syntax: RuleID("settings/syntax")
    case .tooLarge: RuleID("settings/too-large")
    case .duplicateKey: RuleID("settings/duplicate-key")
    case .unknownKey: RuleID("settings/unknown-key")
    case .missingKey: RuleID("settings/missing-key")
    case .wrongType: RuleID("settings/wrong-type")
    case .malformed: RuleID("settings/malformed")
    case .outOfRange: RuleID("settings/out-of-range")
    case .empty: RuleID("settings/empty")
    case .unknownName: RuleID("settings/unknown-name")
    case .duplicateName: RuleID("settings/duplicate-name")
    case .contradiction: RuleID("settings/contradiction")
    case .literalSecret: RuleID("settings/literal-secret")
    case .notAvailable: RuleID("settings/not-available")
    case .unguarded: RuleID("settings/unguarded")
    }
  }
}
