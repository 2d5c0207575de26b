import Transport
import Vocabulary

// What every hosted forge is asked and told in the same words, at its own paths.

extension ForgeClient {
  /// A document that is there, or proven not to be, or unknown.
  func read<Value>(
    _ path: ForgePath, what: String, _ take: (HTTPAnswer) throws(Unknown) -> Value
  ) async -> Reading<Value> {
    await confirmed(await get(path, what: what), what: what).read(take)
  }

  /// The commit that a document names.
  func commit<Document: Decodable>(
    _ path: ForgePath, what: String, in type: Document.Type, _ sha: (Document) -> String
  ) async -> Reading<Commit> {
    await read(path, what: what) { answer throws(Unknown) in
      try fullCommit(sha(document(type, from: answer.body, what: what)), what: what)
    }
  }

  func issue(_ path: ForgePath, number: Int) async -> Reading<IssueState> {
    let what = "issue \(number)"
    return await read(path, what: what) { answer throws(Unknown) in
      let issue = try document(IssueDocument.self, from: answer.body, what: what)
      guard let state = IssueState(rawValue: issue.state) else {
        throw Unknown(.malformed, "\(what): expected open or closed, found another state")
      }
      return state
    }
  }

  /// 200 and 201 come with the number of the run, 204 does not.
  func dispatch(_ dispatch: WorkflowDispatch, at path: ForgePath) async -> ForgeWriteResult {
    let body = json(
      NewDispatch(
        ref: dispatch.branch.text,
        inputs: Dictionary(dispatch.inputs.map { ($0.name, $0.value) }) { $1 }))
    let result = await send(
      .post, path, body, succeeds: [200, 201, 204], what: "the dispatch of \(dispatch.file)")
    switch result {
    case .success: return .written
    case .failure(let failure): return failure.result
    }
  }

  /// Writes a status. A forge that stores any word is compared with what was sent: `stored` finds the word
  /// in its answer, nil where the forge checks it itself.
  func report(
    _ status: CommitStatus, description: String, at path: ForgePath,
    stored: (HTTPAnswer, String) throws(Unknown) -> String?
  ) async -> ForgeWriteResult {
    let what = "the status '\(status.context)' of \(status.commit.short)"
    let word = status.state.postedWord
    let body = json(
      NewStatus(
        state: word, context: status.context.text,
        description: printable(description, charactersMax: 139), target_url: status.address?.text))
    switch await send(.post, path, body, succeeds: [201], what: what) {
    case .failure(let failure): return failure.result
    case .success(let answer):
      do throws(Unknown) {
        guard let found = try stored(answer, what), found != word else { return .written }
        return .ambiguous(Unknown(.malformed, "\(what): what is stored is not what was sent"))
      } catch {
        return .ambiguous(error)
      }
    }
  }
}

private struct IssueDocument: Decodable { let state: String }

private struct NewDispatch: Encodable {
  let ref: String
  let inputs: [String: String]
}

private struct NewStatus: Encodable {
  let state: String
  let context: String
  let description: String
  let target_url: String?
}

/// A full commit out of an answer; abbreviations are none.
func fullCommit(_ text: String, what: String) throws(Unknown) -> Commit {
  do throws(Malformed) {
    return try Commit(parsing: text)
  } catch {
    throw Unknown(.malformed, "\(what): expected a full commit, found something else")
  }
}

/// The run in `/owner/name/actions/runs/5/jobs/1`, whatever stands before it.
func runNumber(in url: String) -> Int64? {
  guard let mark = url.firstRange(of: "/actions/runs/") else { return nil }
  return Int64(url[mark.upperBound...].prefix { $0.isASCII && $0.isNumber })
}

extension CommitStatus.State {
  /// The four words that every forge takes.
  fileprivate var postedWord: String {
    switch self {
    case .success: "success"
    case .pending: "pending"
    case .failure: "failure"
    case .error, .cancelled, .skipped: "error"
    }
  }
}
