import Capabilities
import Presentation
import Settings
import Vocabulary

/// Tells the forge how a release ended, where pawl.yaml asks for it. It is for people who look there: nothing
/// waits for it, and failing to changes nothing.
struct ForgeReport {
  private let context: ContextName
  private let forge: any HostedForge
  private let environment: DeliveryName
  private let keepsDeployments: Bool

  /// Nil when there is nobody to tell.
  init?(_ assembly: Assembly, _ forge: (any HostedForge)?) {
    guard let source = assembly.settings.source.hosted, let context = source.report, let forge
    else {
      return nil
    }
    self.context = context
    self.forge = forge
    environment = assembly.settings.name
    keepsDeployments = source.kind == .github
  }

  func tell(_ report: RunReport, of commit: Commit, _ console: Console) async {
    let word = report.forgeWord
    let status = CommitStatus(commit: commit, context: context, state: word, address: nil)
    complain(await forge.report(status, description: report.summary), "the status", console)
    guard keepsDeployments, word != .pending else { return }
    let record = DeploymentRecord(
      commit: commit, environment: environment, state: word == .success ? .success : .failure,
      description: report.summary)
    complain(await forge.record(record), "the deployment", console)
  }

  private func complain(_ result: ForgeWriteResult, _ what: String, _ console: Console) {
    switch result {
    case .written: return
    case .refused(let why): console.remark(Line("\(what) was not written: \(why)", .warning))
    case .ambiguous(let why):
      console.remark(Line("\(what) may not have been written: \(why)", .warning))
    }
  }
}
