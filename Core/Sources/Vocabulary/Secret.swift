/// A value that must not be seen: it prints as `•••` and cannot be encoded.
///
/// Deliberately neither `Codable` nor `Hashable`: a secret can enter no journal, event or JSON answer
/// (invariant I18).
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible,
  CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: Value

  public init(_ value: Value) { self.value = value }

  /// Hands the value to `use`, the one place where it is needed.
  public func reveal<Result, Failure: Error>(
    _ use: (Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try use(value)
  }

  public var description: String { "•••" }
  public var debugDescription: String { "•••" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
