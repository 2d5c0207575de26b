/// Why a request is not done, with the status that says so to a program.
public struct Refusal: Error, Hashable, Sendable {
  public let status: Int
  /// What was expected, what was found, and what to do; for people.
  public let sentence: String

  init(_ status: Int, _ sentence: String) {
    self.status = status
    self.sentence = sentence
  }
}
