import Control
import Vocabulary

extension GitObjects {
  /// What each commit adds to the time that a push may take.
  private static let pushOfOne = TimeSpan.milliseconds(10)

  /// What a push came to.
  enum Push {
    case done
    /// The reference is not where it was expected.
    case refused
    case unknown(JournalFailure)
    case failed(JournalFailure)
  }

  /// Moves `reference` of the remote from `expected` to `commit`, if it is still there: the
  /// server's refusal is the compare.
  /// - Parameter count: how many commits the remote does not have.
  func push(
    _ commit: String, to reference: String, expecting expected: String?, count: Int = 1
  ) -> Push {
    let run = GitRun(
      directory: place.cache,
      timeLimit: timeLimit + .milliseconds(Int64(count) * Self.pushOfOne.milliseconds))
    let answer: GitRun.Answer
    do throws(GitRun.Ending) {
      answer = try run([
        "push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no",
        "--force-with-lease=\(reference):\(expected ?? "")", "--end-of-options", place.remote,
        "\(commit):\(reference)",
      ])
    } catch {
      return .unknown(refusal.failure(error))
    }
    if answer.code == 0 { return .done }
    let verdict = answer.lines.first { $0.hasPrefix("!\t") }?.lowercased() ?? ""
    if verdict.contains("[remote rejected] (non-fast-forward)") {
      return .failed(
        refusal.failed(
          "the server replaces no reference (receive.denyNonFastForwards, which 'git init --shared' turns "
            + "on), and \(reference) is replaced at every renewal: keep the journal under refs/pawl/, "
            + "where that rule does not hold, or turn the rule off"))
    }
    let isOvertaken = ["stale info", "fetch first", "non-fast-forward"].contains {
      verdict.contains($0)
    }
    if isOvertaken { return .refused }
    // Another push was in the middle of the same, and this one moved nothing.
    let isContended = [
      "cannot lock ref", "failed to update ref", "reference already exists", "incorrect old value",
      "failed to lock",
    ].contains { verdict.contains($0) || answer.complaint.lowercased().contains($0) }
    if isContended { return .refused }
    let (mayPass, failure) = refusal.reason(answer, doing: "push to")
    return mayPass ? .unknown(failure) : .failed(failure)
  }
}
