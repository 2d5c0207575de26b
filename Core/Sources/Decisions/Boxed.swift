/// Keeps a large value behind one reference, so that copying whatever holds it is cheap.
///
/// The state of a delivery is copied before every decision, because a decision that cannot be stored must
/// leave no trace. What seldom changes should cost such a copy one reference, not its every field.
@propertyWrapper
public indirect enum Boxed<Value> {
  case value(Value)

  public init(wrappedValue: Value) { self = .value(wrappedValue) }

  public var wrappedValue: Value {
    get {
      switch self {
      case .value(let value): value
      }
    }
    set { self = .value(newValue) }
  }
}

extension Boxed: Equatable where Value: Equatable {}
extension Boxed: Hashable where Value: Hashable {}
extension Boxed: Sendable where Value: Sendable {}

/// Stored as what it holds: the box is this process's own business.
extension Boxed: Codable where Value: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(wrappedValue: try decoder.singleValueContainer().decode(Value.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}
