import ArgumentParser
import Decisions
import OrderedCollections
import Presentation
import Vocabulary

struct RecheckCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "recheck", abstract: "Let a release that waits read its gates now.",
    discussion: """
      Something may have changed: whoever leads the release of this commit reads again instead of waiting \
      for its next turn. It proves nothing by itself, and changes nothing where no such release waits.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.help) var sha: String

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(sha).commitForOrders(assembly)
    let commits = try assembly.recheck([(commit, told: nil)])
    console.remark(
      commits.isEmpty
        ? Line("no release of \(commit.short) waits for anything", .quiet)
        : Line("the gates of \(commit.short) are read again", .good))
    return ExitStatus.success.rawValue
  }
}

extension Assembly {
  /// The commits whose release is under way.
  func commitsUnderWay() throws(ProcessFailure) -> Set<Commit> {
    Set(try state().runs.values.lazy.filter(\.isLive).map(\.commit))
  }

  /// Orders another reading for those commits whose release is under way, and for no other: what nobody
  /// waits for leaves no trace in the journal.
  /// - Returns: the commits that are read again.
  func recheck(_ hints: [(commit: Commit, told: Check?)]) throws(ProcessFailure) -> [Commit] {
    let underWay = try commitsUnderWay()
    let wanted = hints.filter { underWay.contains($0.commit) }
    for hint in wanted { _ = try order(.recheck(hint.commit, hint: hint.told)) }
    return wanted.map(\.commit)
  }
}
