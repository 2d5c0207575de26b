import Control
import Vocabulary

/// Where a journal can be read from, and where folding it can begin.
struct Beginning {
  /// What the first entry that is kept follows: what an empty journal ends with, unless a prefix was
  /// archived.
  let base: ChainLink
  /// The last entry that ``snapshot`` stands for; equal to ``base`` without one.
  let link: ChainLink
  private let found: Result<DecisionLoop.Snapshot, JournalFailure>
  /// Snapshots that were not used, and why; for people.
  let ignored: [String]

  /// Chooses the newest snapshot of `source` that is whole, in our form, and stands on an entry that is
  /// there.
  init(of source: some RowSource, genesis: ChainLink, path: String) throws {
    let snapshots = try source.snapshots()
    let base = snapshots.base?.link ?? genesis
    var ignored: [String] = []
    var chosen: (ChainLink, DecisionLoop.Snapshot)?
    for stored in [snapshots.newest, snapshots.base].compactMap(\.self) where chosen == nil {
      let snapshot: DecisionLoop.Snapshot
      do throws(StoredSnapshot.Unusable) {
        snapshot = try stored.snapshot()
      } catch {
        ignored.append("the snapshot at entry \(stored.link.position): \(error)")
        continue
      }
      guard stored.genesis == genesis.hash else {
        ignored.append("the snapshot at entry \(stored.link.position): it is another delivery's")
        continue
      }
      if try stored.link == base || source.hash(at: stored.link.position) == stored.link.hash {
        chosen = (stored.link, snapshot)
      } else {
        ignored.append("the snapshot at entry \(stored.link.position): its entry is another one")
      }
    }
    self.base = base
    self.ignored = ignored
    link = chosen?.0 ?? base
    if let chosen {
      found = .success(chosen.1)
    } else if base == genesis {
      found = .success(.empty)
    } else {
      let why = ignored.joined(separator: "; ")
      found = .failure(
        .failed(
          path: path,
          detail: "the entries up to \(base.position) are in an archive, and no snapshot that "
            + "stands for them can be used (\(why)): import the archive and then an export of this "
            + "journal into an empty one, see docs/operations/journal-growth.md"))
    }
  }

  func snapshot() throws(JournalFailure) -> DecisionLoop.Snapshot { try found.get() }
}
