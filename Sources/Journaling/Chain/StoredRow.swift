import Vocabulary

/// An entry as it lies in the store, not yet decoded.
struct StoredRow {
  let position: Position
  let at: Timestamp
  let format: Int64
  /// Exactly the bytes that were written: hashed as they are and never encoded again, so an encoder
  /// that changes cannot break an old chain.
  let body: [UInt8]
  let previous: ChainHash
  let hash: ChainHash

  /// Whether the content gives the hash that is stored with it.
  var isWhole: Bool {
    hash
      == .entry(format: format, position: position, at: at, previous: previous, body: body)
  }
}
