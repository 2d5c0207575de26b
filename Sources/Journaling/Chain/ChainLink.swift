public import Vocabulary

/// A place in the journal and the hash there, which stands for everything up to it.
public struct ChainLink: Hashable, Sendable, CustomStringConvertible {
  public let position: Position
  public let hash: ChainHash

  init(position: Position, hash: ChainHash) {
    self.position = position
    self.hash = hash
  }

  public var description: String { "\(position) \(hash)" }
}
