/// What a command answers: one JSON document for programs, some lines for people.
public protocol Report: Encodable, Sendable {
  func lines() -> [Line]
}
