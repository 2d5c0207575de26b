import MarkedYAML

/// One entry of an `env` or a `with`.
struct Variable: Sendable {
  let name: String
  let mark: YAMLMark
  let value: Located<String>

  static func all(in node: YAMLNode?) -> [Variable] {
    (node?.entries ?? []).map { entry in
      Variable(
        name: entry.key, mark: entry.keyMark,
        value: Located(entry.value.text ?? "", entry.value.mark))
    }
  }
}
