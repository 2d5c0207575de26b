/// What a sink compares to refuse an order that was overtaken: first the decision, then who leads.
///
/// A sink keeps the highest token it has obeyed, durably, and refuses every lower one
/// (Kleppmann, "How to do distributed locking", 2016; safety.md, "What each sink can do").
public struct FencingToken: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let generation: Generation
  public let epoch: Epoch

  public init(generation: Generation, epoch: Epoch) {
    self.generation = generation
    self.epoch = epoch
  }

  public static func < (left: FencingToken, right: FencingToken) -> Bool {
    (left.generation, left.epoch) < (right.generation, right.epoch)
  }

  /// `generation.epoch`, as sinks store it: `12.3`.
  public var description: String { "\(generation).\(epoch)" }
}
