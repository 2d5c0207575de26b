import Control
public import Vocabulary

/// A row that stays where it is and is left out of the fold (docs/decisions/0008).
public struct QuarantinedRow: Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// Written in full, its hash is right, and this version cannot read it.
    case undecodable(String)
    /// Written by a newer pawl, in this record format.
    case newerFormat(Int)
    /// Its content was changed after it was written. Only met when inspecting.
    case altered
  }

  public let position: Position
  public let reason: Reason

  init(position: Position, reason: Reason) {
    self.position = position
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .undecodable(let detail): "entry \(position) cannot be read: \(detail)"
    case .newerFormat(let format):
      "entry \(position) is in record format \(format); this pawl reads up to "
        + "\(RecordCoding.format)"
    case .altered: "entry \(position) was altered after it was written"
    }
  }
}
