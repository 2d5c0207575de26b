import Control
import Foundation
import Vocabulary

/// Snapshots of a journal in git: a commit on a reference beside the journal's, whose parent is the commit
/// before the entry it stands on. So a fetch that leaves out what that reference leads to brings that entry
/// and what came after it, and nothing older.
extension GitObjects {
  private static let snapshotFile = "snapshot.json"

  /// The snapshot at `tip`, which is fetched.
  /// - Parameter isAlone: whether its history is left where it is.
  func fetchSnapshot(_ tip: String, isAlone: Bool) throws(JournalFailure) -> StoredSnapshot? {
    try fetch("+\(place.snapshot):\(own)/snapshot", isAlone ? .newest : .new)
    return try snapshot(in: tip)
  }

  /// The snapshot that a commit here carries; nil when it carries none.
  func snapshot(in commit: String) throws(JournalFailure) -> StoredSnapshot? {
    let answer = try locally(
      ["cat-file", "blob", "\(commit):\(Self.snapshotFile)"], accepting: [0, 128])
    return answer.code == 0 ? StoredSnapshot(line: answer.output) : nil
  }

  /// Makes a commit that carries `snapshot`.
  func commit(
    _ snapshot: StoredSnapshot, after parent: String?, at now: Timestamp
  ) throws(JournalFailure) -> String {
    let committer = try committer()
    let message = """
      the state after entry \(snapshot.link.position)

      Pawl-Entry: \(snapshot.link.position)
      Pawl-Hash: \(snapshot.link.hash)

      """
    let bytes = Array(snapshot.line.utf8)
    var stream = Array(
      """
      commit \(own)/draft-of-snapshot
      mark :1
      committer \(committer.name) <\(committer.address)> \(now.milliseconds / 1_000) +0000
      data \(message.utf8.count)
      \(message)

      """.utf8)
    if let parent { stream += "from \(parent)\ndeleteall\n".utf8 }
    stream += "M 100644 inline \(Self.snapshotFile)\ndata \(bytes.count)\n".utf8
    stream += bytes
    stream += "\nget-mark :1\ndone\n".utf8
    let answer = try locally(
      ["fast-import", "--quiet", "--force", "--done", "--date-format=raw"], bytes: stream)
    guard let name = answer.lines.first else { throw refusal.local(answer, "fast-import") }
    return String(name)
  }
}
