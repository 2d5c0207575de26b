/// What a question to the outside brought back: the answer, the proof that there is none, or neither.
public enum Reading<Value> {
  case found(Value)
  /// Proven absent: the one who knows said that it does not exist.
  case absent
  case unknown(Unknown)

  /// The answer, when there is one; absence and ignorance must be told apart with `switch`.
  public var value: Value? {
    if case .found(let value) = self { value } else { nil }
  }

  /// The same reading of something derived from the value.
  public func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> {
    switch self {
    case .found(let value): .found(transform(value))
    case .absent: .absent
    case .unknown(let unknown): .unknown(unknown)
    }
  }
}

extension Reading: Equatable where Value: Equatable {}
extension Reading: Hashable where Value: Hashable {}
extension Reading: Sendable where Value: Sendable {}
extension Reading: Codable where Value: Codable {}
