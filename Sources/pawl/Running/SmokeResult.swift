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

  func status(of commit: Commit) -> CommitStatus {
    CommitStatus(commit: commit, context: check, state: state, address: nil)
  }
}
