import Vocabulary

/// The endpoints that every forge has at the same place, as data.
protocol RepositoryRequests: Sendable {
  var repository: ProjectName { get }
}

extension RepositoryRequests {
  /// Where everything of the repository lies.
  var base: ForgePath { ForgePath("repos", repository.owner, repository.name) }

  func branch(_ name: String) -> ForgePath { base.adding("branches", name) }

  func newStatus(of commit: Commit) -> ForgePath { base.adding("statuses", commit.text) }

  func issue(_ number: Int) -> ForgePath { base.adding("issues", "\(number)") }

  func pull(_ number: Int) -> ForgePath { base.adding("pulls", "\(number)") }

  func actions(_ kind: String) -> ForgePath { base.adding("actions", kind) }

  func jobs(ofRun id: Int64) -> ForgePath { actions("runs").adding("\(id)", "jobs") }

  func log(ofJob id: Int64) -> ForgePath { actions("jobs").adding("\(id)", "logs") }
}
