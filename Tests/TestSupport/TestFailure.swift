/// A test could not be set up: what was expected, what was found, and what to do.
public struct TestFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
