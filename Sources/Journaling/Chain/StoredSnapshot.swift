import Control
import Decisions
import Foundation
import Vocabulary

/// The fold over a prefix of a journal, as it lies in the store beside the entries.
///
/// Stands on one entry, by its hash, and says in which form the state was written. Its own hash covers all of
/// that, so that a damaged one is told from one that is merely in another form
/// (docs/decisions/0090-snapshots.md).
public struct StoredSnapshot: Hashable, Sendable {
  /// What an empty journal of its delivery ends with: tells whose it is.
  let genesis: ChainHash
  /// The last entry that is folded in.
  public let link: ChainLink
  let form: Int
  /// `DecisionLoop.Snapshot` as JSON, exactly as it was written.
  let body: [UInt8]
  let digest: ChainHash

  /// - Parameter link: the entry at the snapshot's position.
  init(
    _ snapshot: DecisionLoop.Snapshot, on link: ChainLink, genesis: ChainHash
  ) throws {
    precondition(snapshot.position == link.position, "a snapshot stands on its own last entry")
    self.genesis = genesis
    self.link = link
    form = ControlState.form
    body = try SnapshotCoding.encode(snapshot)
    digest = .snapshot(form: form, of: genesis, on: link, body: body)
  }

  private init(
    genesis: ChainHash, link: ChainLink, form: Int, body: [UInt8], digest: ChainHash
  ) {
    self.genesis = genesis
    self.link = link
    self.form = form
    self.body = body
    self.digest = digest
  }

  /// Why a snapshot cannot be used. In both cases the entries tell what it would have told.
  enum Unusable: Error, CustomStringConvertible {
    case altered
    case otherForm(Int)

    var description: String {
      switch self {
      case .altered: "it was altered after it was written"
      case .otherForm(let form):
        "it is in form \(form), and this version writes and reads form \(ControlState.form)"
      }
    }
  }

  func snapshot() throws(Unusable) -> DecisionLoop.Snapshot {
    guard digest == .snapshot(form: form, of: genesis, on: link, body: body) else { throw .altered }
    guard form == ControlState.form,
      let snapshot = SnapshotCoding.read(body)
    else { throw .otherForm(form) }
    guard snapshot.position == link.position else { throw .altered }
    return snapshot
  }

  // MARK: As one line of JSON

  private struct Line: Codable {
    let genesis: String
    let position: UInt64
    let head: String
    let form: Int
    let body: String
    let digest: String
  }

  var line: String {
    let line = Line(
      genesis: genesis.description, position: link.position.number, head: link.hash.description,
      form: form,
      body: String(decoding: body, as: UTF8.self), digest: digest.description)
    return String(decoding: sortedJSON(line), as: UTF8.self)
  }

  /// Nil when it is no such line.
  init?(line: some Sequence<UInt8>) {
    guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)),
      line.position <= EntryLine.positionMax,
      let genesis = ChainHash(hexadecimal: line.genesis),
      let hash = ChainHash(hexadecimal: line.head), let digest = ChainHash(hexadecimal: line.digest)
    else { return nil }
    self.init(
      genesis: genesis, link: ChainLink(position: Position(line.position), hash: hash),
      form: line.form,
      body: Array(line.body.utf8), digest: digest)
  }
}

/// What the core leaves to Foundation.
extension SnapshotCoding {
  fileprivate static func encode(_ snapshot: DecisionLoop.Snapshot) throws -> [UInt8] {
    if let plain = plain(snapshot) { return plain }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(snapshot))
  }

  fileprivate static func read(_ body: [UInt8]) -> DecisionLoop.Snapshot? {
    decode(body) ?? (try? JSONDecoder().decode(DecisionLoop.Snapshot.self, from: Data(body)))
  }
}

/// The snapshots that a journal keeps.
struct Snapshots: Hashable, Sendable {
  /// Stands for entries that were archived: the first that is kept follows the one it stands on.
  var base: StoredSnapshot?
  /// The newest that was taken.
  var newest: StoredSnapshot?

  /// The names under which stores keep them.
  enum Role: String, CaseIterable {
    case base, newest
  }

  init(base: StoredSnapshot? = nil, newest: StoredSnapshot? = nil) {
    self.base = base
    self.newest = newest
  }

  /// - Parameter lines: as a store keeps them, by role. One that is no snapshot at all is left out,
  ///   which for a base shows: the first entry then follows nothing.
  init(_ lines: [(role: String, line: String)]) {
    for (role, line) in lines {
      switch Role(rawValue: role) {
      case .base: base = StoredSnapshot(line: line.utf8)
      case .newest: newest = StoredSnapshot(line: line.utf8)
      case nil: continue
      }
    }
  }
}
