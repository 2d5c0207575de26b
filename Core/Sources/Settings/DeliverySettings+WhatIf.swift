import Diagnostics

/// One value of pawl.yaml, changed for a rehearsal: `rollout.batch=10`.
public struct SettingsChange: Hashable, Sendable {
  /// The keys from the top, as in `rollout.batch`.
  public let path: [String]
  /// YAML, as it would stand behind the last key.
  public let value: String

  /// - Returns: nil unless `text` is `keys.with.dots=value`.
  public init?(parsing text: String) {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    let keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    guard !keys.contains(where: \.isEmpty) else { return nil }
    path = keys.map(String.init)
    value = String(text[text.index(after: equals)...])
  }

  public var text: String { path.joined(separator: ".") + "=" + value }
}

extension DeliverySettings {
  /// Reads pawl.yaml as ``parse(text:file:)`` does, as if `changes` had been written into it.
  ///
  /// What is wrong with a change is found like anything else, and placed where its parent stands; a
  /// key that is not there is added, so a misspelt one is found as unknown.
  public static func parse(
    text: String, file: String, changing changes: [SettingsChange]
  ) -> Checked<DeliverySettings> {
    var log = FindingLog(file: file)
    var root = DocumentReader.read(text, log: &log)
    for change in changes {
      guard let old = root, let value = DocumentReader.read(change.value, log: &log) else { break }
      root = old.changed(at: change.path[...], to: value)
    }
    var reader = SettingsReader(log: log)
    let settings = root.flatMap { reader.delivery($0) }
    return reader.log.conclude(settings, text: text)
  }
}

extension SettingsNode {
  /// The same with another value at the end of `path`.
  fileprivate func changed(at path: ArraySlice<String>, to value: SettingsNode) -> SettingsNode {
    guard let key = path.first else { return SettingsNode(content: value.content, place: place) }
    var entries: [Entry] = []
    if case .mapping(let old) = content { entries = old }
    let index = entries.firstIndex { $0.key == key }
    let old = index.map { entries[$0].value } ?? SettingsNode(content: .nothing, place: place)
    let entry = Entry(
      key: key, keyPlace: index.map { entries[$0].keyPlace } ?? place,
      value: old.changed(at: path.dropFirst(), to: value))
    if let index { entries[index] = entry } else { entries.append(entry) }
    return SettingsNode(content: .mapping(entries), place: place)
  }
}
