import Vocabulary

/// What a smoke test said of the images of a commit: `smoke / boots=success`.
struct SmokeResult: Hashable, Sendable {
  private let check: ContextName
  private let state: CommitStatus.State

  init(argument text: String) throws {
    guard let equals = text.lastIndex(of: "="),
      let state = CommitStatus.State(rawValue: String(text[text.index(after: equals)...]))
    else {
      throw Malformed(
        noun: "smoke result",
        expected: "check=state, its state one of "
          + CommitStatus.State.allCases.map(\.rawValue).joined(separator: ", "), found: text)
    }
    check = try ContextName(parsing: String(text[..<equals]))
    self.state = state
  }

  /// - Parameter images: what was tested; empty when only the commit is known.
  func status(of commit: Commit, _ images: [BuiltImage]) -> CommitStatus {
    var status = CommitStatus(commit: commit, context: check, state: state, address: nil)
    status.images = images.isEmpty ? nil : images.map(\.digest)
    return status
  }
}
