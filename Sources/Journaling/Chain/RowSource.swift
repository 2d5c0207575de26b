import Vocabulary

/// The rows of a journal as of one moment, wherever they lie.
protocol RowSource {
  /// Calls `use` for every row from `position` on, in order.
  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws
  /// The stored hash at `position`; nil when there is no such row.
  func hash(at position: Position) throws -> ChainHash?
  /// Compares `end`, where a walk along the rows came to, with what was written down beside them.
  func fault(at end: ChainLink) throws -> ChainFault?
}

/// The rows of a journal that nobody has made yet.
struct NoRows: RowSource {
  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws {}
  func hash(at position: Position) throws -> ChainHash? { nil }
  func fault(at end: ChainLink) throws -> ChainFault? { nil }
}
