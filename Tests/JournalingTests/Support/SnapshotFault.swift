import Control
import Decisions
import Testing
import Vocabulary

@testable import Journaling

/// How a snapshot in the store can be useless.
enum SnapshotFault: String, CaseIterable, CustomTestStringConvertible {
  case altered, otherForm, anotherEntry, anotherDelivery

  var testDescription: String { rawValue }

  var words: String {
    switch self {
    case .altered: "it was altered"
    case .otherForm: "it is in form 99"
    case .anotherEntry: "its entry is another one"
    case .anotherDelivery: "another delivery's"
    }
  }

  var check: SnapshotCheck {
    switch self {
    case .altered, .anotherEntry: .differs
    case .otherForm: .unusable
    // Its state is the right one, and whose it is was asked before.
    case .anotherDelivery: .matches
    }
  }

  func applied(
    to snapshot: DecisionLoop.Snapshot, on link: ChainLink, _ genesis: ChainHash
  ) throws -> StoredSnapshot {
    let other = ChainHash.genesis(of: "other")
    switch self {
    case .altered:
      let stored = try StoredSnapshot(snapshot, on: link, genesis: genesis)
      return try altered(stored, "\\\"now\\\":", "\\\"now\\\":1")
    case .otherForm:
      let stored = try StoredSnapshot(snapshot, on: link, genesis: genesis)
      let text = altered(stored.line, "\"form\":\(ControlState.form)", "\"form\":99")
      let digest = ChainHash.snapshot(form: 99, of: genesis, on: link, body: stored.body)
      return try #require(
        StoredSnapshot(line: altered(text, stored.digest.description, digest.description).utf8))
    case .anotherEntry:
      return try StoredSnapshot(
        snapshot, on: ChainLink(position: link.position, hash: other), genesis: genesis)
    case .anotherDelivery: return try StoredSnapshot(snapshot, on: link, genesis: other)
    }
  }

  private func altered(_ stored: StoredSnapshot, _ old: String, _ new: String) throws
    -> StoredSnapshot
  {
    try #require(StoredSnapshot(line: altered(stored.line, old, new).utf8))
  }

  private func altered(_ line: String, _ old: String, _ new: String) -> String {
    let found = line.replacing(old, with: new)
    precondition(found != line, "the line has what is altered in it")
    return found
  }
}
