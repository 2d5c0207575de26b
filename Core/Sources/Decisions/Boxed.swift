/// Keeps a large value behind one reference, so that copying whatever holds it is cheap.
///
/// The state of a delivery is copied before every decision, because a decision that cannot be stored must
/// leave no trace. What seldom changes should cost such a copy one reference, not its every field.
@propertyWrapper
public struct Boxed<Value> {
  /// Always one element. A list of the standard library is the box that is changed where it lies as long as
  /// nobody else holds it, and can be sent.
  private var storage: [Value]

  public init(wrappedValue: Value) { storage = [wrappedValue] }

  public var wrappedValue: Value {
    _read { yield storage.span[0] }
    _modify { yield &storage[0] }
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
