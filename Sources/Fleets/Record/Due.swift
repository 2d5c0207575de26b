import Vocabulary

/// What is due when an order arrives, by what was obeyed before.
enum Due: Hashable, Sendable {
  /// Nothing: an order that was obeyed before overrules it.
  case fenced(FencingToken)
  /// Whatever is left to do of the very order that was obeyed last.
  case rest
  /// All of it.
  case all

  /// Judges an order against the highest token obeyed and the image it was for. Equal decisions with
  /// different images cannot both be right; the first one wins, so that a tenant sees one image per
  /// decision (invariant I10).
  init(
    on digest: Digest, token: FencingToken, afterObeying highest: FencingToken, for obeyed: Digest?
  ) {
    if token < highest {
      self = .fenced(highest)
    } else if token.generation > highest.generation {
      self = .all
    } else {
      self = obeyed == digest ? .rest : .fenced(highest)
    }
  }
}
