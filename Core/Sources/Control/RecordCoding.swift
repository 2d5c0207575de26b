import PlainCoding
public import Vocabulary

/// The stored form of a record: JSON with sorted keys, no spaces and no escaped slashes, in UTF-8.
///
/// The keys are the names of cases and labels in the core, as Swift's synthesised `Codable` writes
/// them. Encoding is used once, when a record is written; the bytes are the truth from then on.
///
/// Here and not in the shell, so that what the simulator stores and reads goes the same way. What
/// ``PlainJSON`` leaves to Foundation, the shell adds.
public enum RecordCoding {
  /// Raised when the shape of a record changes so that an older pawl must not go on without
  /// understanding it: a new case of `Event`, `Command`, `Action` or `Outcome`, or a new meaning of
  /// an old one.
  public static let format: Int64 = 1

  /// Nil when it holds what only Foundation writes.
  public static func plain(_ record: Record) -> [UInt8]? {
    PlainJSON.document { pieces in try pieces.append(record) }
  }

  /// Reads what any version up to this one has written.
  /// - Parameters:
  ///   - format: The one it was written in.
  ///   - time: Stored beside it.
  ///   - otherwise: Reads what is not plain, or says why nobody can.
  public static func decode(
    _ body: [UInt8], format: Int64, at time: Timestamp,
    otherwise: ([UInt8]) throws(Undecodable) -> Record
  ) throws(Undecodable) -> Record {
    guard format <= Self.format else { throw .newer(Int(format)) }
    let plain = PlainJSON.decode(Record.self, from: body)
    let record = if let plain { plain } else { try otherwise(body) }
    guard record.at == time else { throw .shape("its time differs from the time beside it") }
    return record
  }

  /// Why a whole record cannot be understood.
  public enum Undecodable: Error, Hashable, Sendable {
    case newer(Int)
    case shape(String)
  }
}

/// The stored form of a snapshot: as of a record.
public enum SnapshotCoding {
  /// Nil when it holds what only Foundation writes.
  public static func plain(_ snapshot: DecisionLoop.Snapshot) -> [UInt8]? {
    PlainJSON.encode(snapshot)
  }

  /// Nil when it is not plain; Foundation may still be able to read it.
  public static func decode(_ body: [UInt8]) -> DecisionLoop.Snapshot? {
    PlainJSON.decode(DecisionLoop.Snapshot.self, from: body)
  }
}
