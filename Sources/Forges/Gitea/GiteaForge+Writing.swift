import Foundation
import Transport
public import Vocabulary

extension GiteaForge {
  private struct Dispatch: Encodable {
    let ref: String
    let inputs: [String: String]
  }

  public func dispatch(_ dispatch: WorkflowDispatch) async -> ForgeWriteResult {
    let body = json(
      Dispatch(
        ref: dispatch.branch.text,
        inputs: Dictionary(dispatch.inputs.map { ($0.name, $0.value) }) { $1 }))
    let result = await client.send(
      .post, requests.dispatches(of: dispatch.file), body, succeeds: [200, 201, 204],
      what: "the dispatch of \(dispatch.file)")
    switch result {
    case .success: return .written
    case .failure(let failure): return failure.result
    }
  }

  private struct NewStatus: Encodable {
    let state: String
    let context: String
    let description: String
    let target_url: String
  }

  /// Any state is stored, also one that means nothing, so the answer is compared with what was sent.
  public func report(_ status: CommitStatus, description: String) async -> ForgeWriteResult {
    let what = "the status '\(status.context)' of \(status.commit.short)"
    let word = status.state.postedWord
    let body = json(
      NewStatus(
        state: word, context: status.context.text,
        description: printable(description, charactersMax: 140),
        target_url: status.address?.text ?? ""))
    let result = await client.send(
      .post, requests.newStatus(of: status.commit), body, succeeds: [201], what: what)
    switch result {
    case .failure(let failure): return failure.result
    case .success(let answer):
      do throws(Unknown) {
        let stored = try document(GiteaReports.Status.self, from: answer.body, what: what)
        guard (stored.status ?? stored.state) == word else {
          return .ambiguous(Unknown(.malformed, "\(what): what is stored is not what was sent"))
        }
        return .written
      } catch {
        return .ambiguous(error)
      }
    }
  }

  public func record(_ deployment: DeploymentRecord) async -> ForgeWriteResult {
    .refused(
      Unknown(
        .unanswerable, "Gitea and Forgejo keep no deployments; a commit status is written instead"))
  }
}

extension CommitStatus.State {
  /// The four words that every forge takes.
  var postedWord: String {
    switch self {
    case .success: "success"
    case .pending: "pending"
    case .failure: "failure"
    case .error, .cancelled, .skipped: "error"
    }
  }
}
