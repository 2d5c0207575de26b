import Diagnostics

/// One value of a settings file, and where it stands.
struct SettingsNode: Equatable {
  enum Content: Equatable {
    /// Written without a value: nothing at all, `~` or `null`.
    case nothing
    /// A single value. YAML's own guesses (`no` is false, `0x10` is 16) are not made: what a word
    /// means is decided by the key it stands under.
    case text(String)
    case list([SettingsNode])
    case mapping([Entry])
  }

  struct Entry: Equatable {
    let key: String
    let keyPlace: SourcePlace
    let value: SettingsNode
  }

  let content: Content
  let place: SourcePlace

  /// What a person would call this, finishing "found …". Never the value: it can be a secret.
  var kind: String {
    switch content {
    case .nothing: "nothing"
    case .text: "text"
    case .list: "a list"
    case .mapping: "keys with values"
    }
  }
}
