import Diagnostics

/// A mapping whose keys were checked against those it may have.
struct Section {
  /// Where it stands in the file, in words: `rollout.settle`; empty for the whole file.
  let path: String
  let place: SourcePlace
  let entries: [SettingsNode.Entry]

  /// The value at `key`, or the knowledge that it is not there.
  func field(_ key: String) -> Field {
    let entry = entries.first { $0.key == key }
    return Field(
      path: path.isEmpty ? key : "\(path).\(key)", node: entry?.value,
      place: entry.map { $0.value.isAbsent ? $0.keyPlace : $0.value.place } ?? place)
  }

  func place(of key: String) -> SourcePlace {
    entries.first { $0.key == key }?.keyPlace ?? place
  }

  func has(_ key: String) -> Bool { entries.contains { $0.key == key } }
}

/// A value that is expected at a place, present or not.
struct Field {
  /// Where it stands in the file, in words: `images[0].name`.
  let path: String
  let node: SettingsNode?
  /// Of the value; of the section when the key is missing.
  let place: SourcePlace

  /// The value at `index` of the list this field holds.
  func item(_ index: Int, _ node: SettingsNode) -> Field {
    Field(path: "\(path)[\(index)]", node: node, place: node.place)
  }

  /// The value under a key that the person chose.
  func named(_ entry: SettingsNode.Entry) -> Field {
    Field(
      path: "\(path).\(shownKey(entry.key))", node: entry.value,
      place: entry.value.isAbsent ? entry.keyPlace : entry.value.place)
  }
}

extension SettingsNode {
  /// Whether a key stands there without a value.
  var isAbsent: Bool {
    if case .nothing = content { true } else { false }
  }

  var text: String? {
    if case .text(let text) = content { text } else { nil }
  }
}
