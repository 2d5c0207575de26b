import Synchronization
import Transport
import Vocabulary

/// The calls of the driver to the API server of a cluster (Kubernetes API, apps/v1 and v1).
struct Cluster: Sendable {
  /// Where tenants are looked for, and by what.
  struct Scope: Sendable {
    /// The label whose value is the tenant's slug.
    let label: String
    /// Nil looks everywhere, which needs a role for the whole cluster.
    let namespaces: [String]?

    /// The collections of a kind.
    func paths(_ kind: Workload.Kind) -> [String] {
      guard let namespaces else { return ["/apis/apps/v1/\(kind.rawValue)"] }
      return namespaces.map { "/apis/apps/v1/namespaces/\($0)/\(kind.rawValue)" }
    }
  }

  let access: ClusterAccess
  let connections: Connections
  let scope: Scope

  private static let answerBytesMax = 32 << 20
  private static let pageMax = 500
  private static let time = TimeSpan.seconds(30)
  /// Asks for names and labels alone, and takes whole objects where a server does not know that.
  private static let metadataOnly =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

  // MARK: - Workloads

  /// The one that runs the tenant; nil when there is provably none.
  /// - Throws: ``Unknown`` also when there are several: which of them serves cannot be said.
  func workload(of tenant: TenantSlug) async throws(Unknown) -> Workload? {
    var found: [Workload] = []
    for kind in Workload.Kind.allCases {
      for path in scope.paths(kind) {
        let what = "list \(kind.rawValue) with \(scope.label)=\(tenant)"
        let answer = try await get(path, [("labelSelector", "\(scope.label)=\(tenant)")])
        for item in try list(answer, what) { found.append(try Workload(item, kind)) }
      }
    }
    guard found.count <= 1 else {
      let names = found.map(\.title).sorted().joined(separator: " and ")
      throw Unknown(
        .unanswerable,
        "expected one workload with \(scope.label)=\(tenant), found \(names): take the label from all but one"
      )
    }
    return found.first
  }

  func workload(again workload: Workload) async throws(Unknown) -> Workload? {
    let answer = try await get(workload.path, [])
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw refusal("describe \(workload.title)", answer) }
    return try Workload(answer.document, workload.kind)
  }

  /// A workload that has ``Scope/label``, by its metadata.
  struct Labelled: Sendable {
    /// The value of the label.
    let slug: String
    let title: String
    let labels: [String: String]
    let annotations: [String: String]
    /// The cluster is removing it.
    let isGoing: Bool
  }

  /// Every workload that has ``Scope/label``. Only the metadata is asked for, in pages.
  func census() async throws(Unknown) -> [Labelled] {
    var found: [Labelled] = []
    for kind in Workload.Kind.allCases {
      for path in scope.paths(kind) {
        for item in try await labelled(path, kind) {
          let metadata = item["metadata"]
          guard let slug = metadata?["labels"]?[scope.label]?.text,
            let name = metadata?["name"]?.text
          else {
            throw Unknown(
              .malformed, "expected \(kind.rawValue) with the label \(scope.label), found others")
          }
          let namespace = metadata?["namespace"]?.text ?? ""
          found.append(
            Labelled(
              slug: slug, title: "\(kind.noun) \(namespace)/\(name)",
              labels: metadata?["labels"]?.textFields ?? [:],
              annotations: metadata?["annotations"]?.textFields ?? [:],
              isGoing: metadata?["deletionTimestamp"] != nil))
        }
      }
    }
    return found
  }

  /// Reads from the beginning when a page came too late for the rest (410): what was read of an older
  /// state says nothing about a newer.
  private func labelled(_ path: String, _ kind: Workload.Kind) async throws(Unknown)
    -> [EngineValue]
  {
    attempts: for _ in 0..<3 {
      var found: [EngineValue] = []
      var next: String?
      repeat {
        var query = [("labelSelector", scope.label), ("limit", "\(Self.pageMax)")]
        if let next { query.append(("continue", next)) }
        let answer = try await get(
          path, query, accept: Self.metadataOnly)
        if answer.status == 410 { continue attempts }
        found += try list(answer, "list \(kind.rawValue) with \(scope.label)")
        next = answer.document["metadata"]?["continue"]?.text.flatMap { $0.isEmpty ? nil : $0 }
      } while next != nil
      return found
    }
    throw Unknown(
      .serverError,
      "the cluster at \(access.address) forgot its list of \(kind.rawValue) three times")
  }

  /// What came of a write that names the version it was decided on.
  enum Writing: Hashable, Sendable {
    case written
    /// Somebody else has written since, or removed it.
    case overtaken
  }

  /// Merges `patch`, if the workload is still the one that was read.
  func patch(_ workload: Workload, _ patch: EngineValue) async throws(Unknown) -> Writing {
    let answer = try await send(
      .patch, workload.path, [("fieldManager", "pawl")], body: patch,
      headers: [HTTPHeader("Content-Type", "application/strategic-merge-patch+json")])
    if answer.status == 409 || answer.status == 404 { return .overtaken }
    guard answer.isSuccess else { throw refusal("change \(workload.title)", answer) }
    return .written
  }

  // MARK: - Pods

  func pods(of workload: Workload) async throws(Unknown) -> [Pod] {
    let answer = try await get(
      "/api/v1/namespaces/\(workload.namespace)/pods",
      [("labelSelector", try workload.podSelector())])
    return try list(answer, "list the pods of \(workload.title)").map(Pod.init)
  }

  /// Removes exactly this pod; its controller makes another.
  func remove(_ pod: Pod, of workload: Workload) async throws(Unknown) {
    let answer = try await send(
      .delete, "/api/v1/namespaces/\(workload.namespace)/pods/\(pod.name)", [],
      body: .object(["preconditions": .object(["uid": .text(pod.uid)])]),
      headers: [HTTPHeader("Content-Type", "application/json")])
    // Gone, or another of the same name by now: either way it does not stand in the way any more.
    guard answer.isSuccess || answer.status == 404 || answer.status == 409 else {
      throw refusal("remove pod \(pod.name) of \(workload.title)", answer)
    }
  }

  /// The end of what a container wrote; empty when the cluster does not tell.
  func log(of pod: Pod, _ container: String, in namespace: String) async throws(Unknown) -> [UInt8]
  {
    var query = [("container", container), ("tailLines", "\(LastWords.linesMax)")]
    if pod.hasRestarted(container) { query.append(("previous", "true")) }
    let answer = try await get("/api/v1/namespaces/\(namespace)/pods/\(pod.name)/log", query)
    return answer.isSuccess ? answer.bytes : []
  }

  // MARK: - Watching

  /// Waits for the next change after `version`, as long as `seconds`.
  func change(
    of workload: Workload, after version: String, within seconds: Int
  ) async throws(Unknown) -> Watched {
    let target = try target(
      workload.collection,
      [
        ("fieldSelector", "metadata.name=\(workload.name)"), ("watch", "true"),
        ("allowWatchBookmarks", "true"), ("resourceVersion", version),
        ("timeoutSeconds", "\(seconds)"),
      ])
    let request = try await request(.get, target)
    let time = TimeSpan.seconds(Int64(seconds)).duration + Self.time.duration
    let reader = Mutex(WatchReader(from: version))
    let limits = HTTPLimits(bodyBytesMax: Self.answerBytesMax, time: time)
    let result = await connections.download(request, limits: limits) { piece in
      if reader.withLock({ $0.read(piece) }) != nil {
        throw Unknown(.unanswerable, "enough was read")
      }
    }
    let (end, newest) = reader.withLock { ($0.end, $0.version) }
    if let end { return try watched(end, workload.kind) }
    switch result {
    case .success(let answer) where answer.status == 200: return .quiet(newest)
    case .success(let answer)
    where answer.status == 410 || answer.status == 429 || answer.status >= 500:
      return .expired
    case .success(let answer):
      throw refusal(
        "watch \(workload.title)", Answer(status: answer.status, bytes: answer.body))
    // Cut off, silent, too long: what happened meanwhile is read anew.
    case .failure: return .expired
    }
  }

  private func watched(_ end: WatchReader.End, _ kind: Workload.Kind) throws(Unknown) -> Watched {
    switch end {
    case .changed(let document): .changed(try Workload(document, kind))
    case .removed, .expired, .unreadable: .expired
    }
  }

  /// What a watch brought.
  enum Watched: Sendable {
    case changed(Workload)
    /// Nothing until its time was over; the version to go on from.
    case quiet(String)
    /// It cannot be gone on from there: read anew, then watch again.
    case expired
  }

  // MARK: - Requests

  struct Answer: Sendable {
    let status: Int
    let bytes: [UInt8]

    var document: EngineValue { EngineValue(bytes) ?? .null }
    var isSuccess: Bool { (200..<300).contains(status) }
  }

  private func get(
    _ path: String, _ query: [(String, String)], accept: String = "application/json"
  ) async throws(Unknown) -> Answer {
    try await send(.get, path, query, headers: [HTTPHeader("Accept", accept)])
  }

  /// Every status is an answer. Reads are repeated when nothing came back, the rest is sent once.
  private func send(
    _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)],
    body: EngineValue? = nil, headers: [HTTPHeader]
  ) async throws(Unknown) -> Answer {
    var request = try await request(method, try target(path, query))
    request.headers = headers
    request.body = body?.bytes ?? []
    let isRead = method == .get
    request.repetition = isRead ? .freely : .once
    let time = Self.time.duration
    let limits = HTTPLimits(
      bodyBytesMax: Self.answerBytesMax, attempt: time, total: isRead ? time * 2 : time,
      retry: isRead ? .reads : .none)
    switch await connections.exchange(request, limits: limits) {
    case .success(let answer): return Answer(status: answer.status, bytes: answer.body)
    case .failure(let failure) where failure.delivery == .neverSent:
      throw Unknown(
        failure.unknown.cause, "no cluster answers at \(access.address): \(failure.unknown.detail)")
    case .failure(let failure):
      throw Unknown(
        failure.unknown.cause, "cluster at \(access.address): \(failure.unknown.detail)")
    }
  }

  private func target(
    _ path: String, _ query: [(String, String)]
  ) throws(Unknown) -> RequestTarget {
    let query = query.map { "\($0)=\(Engine.escaped($1))" }.joined(separator: "&")
    guard let target = RequestTarget(path + (query.isEmpty ? "" : "?" + query)) else {
      throw Unknown(.unanswerable, "'\(path)' cannot be asked of a cluster")
    }
    return target
  }

  private func request(
    _ method: HTTPRequest.Method, _ target: RequestTarget
  ) async throws(Unknown) -> HTTPRequest {
    var request = HTTPRequest(method, target, at: access.address)
    request.trust = access.trust
    request.authorization = try await access.authorization()
    return request
  }

  private func list(_ answer: Answer, _ what: String) throws(Unknown) -> [EngineValue] {
    guard answer.status == 200 else { throw refusal(what, answer) }
    // An empty list is `null` in what some servers write. None at all is no list: it says of nobody that
    // there is provably none.
    let items = answer.document["items"]
    guard let found = items == .null ? [] : items?.list else {
      throw Unknown(
        .malformed,
        "expected a list from the Kubernetes API at \(access.address), found something else")
    }
    return found
  }

  /// Why a call was refused. The server's sentence stays out, it repeats what it was sent; its reason is one
  /// word of a known set.
  private func refusal(_ what: String, _ answer: Answer) -> Unknown {
    let cause = Unknown.Cause(status: answer.status)
    switch answer.status {
    case 401:
      return Unknown(
        cause,
        "the cluster at \(access.address) did not accept the credential to \(what): make a new one")
    case 403:
      return Unknown(
        cause,
        "the cluster at \(access.address) does not let this account \(what): give it the role that "
          + "docs/drivers/fleets/kubernetes.md holds")
    default:
      let reason = answer.document["reason"]?.text.map { printable($0, charactersMax: 40) }
      return Unknown(
        cause,
        "the cluster at \(access.address) refused to \(what) with status \(answer.status)"
          + (reason.map { " (\($0))" } ?? ""))
    }
  }
}
