import Transport
public import Vocabulary

extension GiteaForge {
  public func dispatch(_ dispatch: WorkflowDispatch) async -> ForgeWriteResult {
    await client.dispatch(dispatch, at: requests.dispatches(of: dispatch.file))
  }

  /// Any state is stored, also one that means nothing.
  public func report(_ status: CommitStatus, description: String) async -> ForgeWriteResult {
    await client.report(
      status, description: description, at: requests.newStatus(of: status.commit)
    ) { answer, what throws(Unknown) in
      let stored = try document(GiteaReports.Status.self, from: answer.body, what: what)
      return stored.status ?? stored.state ?? ""
    }
  }

  public func record(_ deployment: DeploymentRecord) async -> ForgeWriteResult {
    .refused(
      Unknown(
        .unanswerable, "Gitea and Forgejo keep no deployments; report a commit status instead"))
  }
}
