import Transport
public import Vocabulary

extension GitHubForge {
  public func dispatch(_ dispatch: WorkflowDispatch) async -> ForgeWriteResult {
    await client.dispatch(dispatch, at: requests.dispatches(of: dispatch.file))
  }

  public func report(_ status: CommitStatus, description: String) async -> ForgeWriteResult {
    await client.report(
      status, description: description, at: requests.newStatus(of: status.commit)
    ) { _, _ in nil }
  }

  private struct NewDeployment: Encodable {
    let ref: String
    let environment: String
    let description: String
    let auto_merge = false
    /// The gates have been judged already, and GitHub's own idea of them would refuse with 409.
    let required_contexts: [String] = []
    let production_environment = true
  }

  private struct NewDeploymentStatus: Encodable {
    let state: String
    let description: String
    let auto_inactive = true
  }

  /// Makes a deployment and gives it its state; GitHub shows the newest for an environment.
  public func record(_ deployment: DeploymentRecord) async -> ForgeWriteResult {
    let what = "the deployment of \(deployment.commit.short) to \(deployment.environment)"
    let made = await client.send(
      .post, requests.deployments,
      json(
        NewDeployment(
          ref: deployment.commit.text, environment: deployment.environment.text,
          description: deployment.description)), succeeds: [201], what: what)
    let answer: HTTPAnswer
    switch made {
    case .failure(let failure): return failure.result
    case .success(let received): answer = received
    }
    let id: Int64
    do throws(Unknown) {
      id = try document(GitHubReports.Deployment.self, from: answer.body, what: what).id
    } catch {
      return .ambiguous(error)
    }
    let stated = await client.send(
      .post, requests.deploymentStatuses(id),
      json(
        NewDeploymentStatus(
          state: deployment.state.rawValue, description: deployment.description)),
      succeeds: [201], what: "the state of \(what)")
    switch stated {
    case .success: return .written
    // The deployment itself is there, without a state.
    case .failure(.refused(let why)), .failure(.ambiguous(let why)): return .ambiguous(why)
    }
  }
}
