import ArgumentParser
import Decisions
import Presentation
import Settings
import Vocabulary

struct ApproveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Agree to the release of one commit, as pawl.yaml is now.",
    discussion: """
      Counts for this commit under exactly these settings, until 'gates.approvals.expires' is over. A \
      release that waits for it sees it at once.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.help) var sha: String
  @OptionGroup var why: ReasonOption

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(sha).commitForOrders(assembly)
    guard assembly.settings.gates.rules?.approval != nil else {
      throw ProcessFailure(
        .usage,
        "pawl.yaml asks nobody to approve: 'gates.approvals' is not set; nothing was changed",
        advice: "set 'gates.approvals.count'")
    }
    let approval = Approval(
      commit: commit, plan: try assembly.approvalDigest(of: commit), reason: why.reason)
    _ = try assembly.order(.approve(approval))
    console.remark(Line("\(assembly.actor) approved \(commit)", .good))
    return ExitStatus.success.rawValue
  }
}
