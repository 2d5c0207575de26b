import MarkedYAML

/// A value and where it stands.
struct Located<Value: Sendable>: Sendable {
  let value: Value
  let mark: YAMLMark

  init(_ value: Value, _ mark: YAMLMark) {
    self.value = value
    self.mark = mark
  }
}

extension Located: Equatable where Value: Equatable {}

extension YAMLNode {
  /// The single value with its place.
  var located: Located<String>? { text.map { Located($0, mark) } }

  /// One value, or a list of them.
  var oneOrMore: [Located<String>] { located.map { [$0] } ?? items.compactMap(\.located) }
}
