public import Vocabulary

/// Tells the time of day, for stamping what is recorded. Nothing waits on it.
public protocol WallClock: Sendable {
  func now() -> Timestamp
}
