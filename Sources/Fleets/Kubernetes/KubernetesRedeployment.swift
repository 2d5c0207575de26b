import Vocabulary

/// One order for one tenant, from the judgement of its token to every pod's running the image.
///
/// The order and its token are written in one piece, and only over what they were judged by.
struct KubernetesRedeployment: Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID
  /// Nil where the pods have one container.
  let containerName: String?
  let cluster: Cluster
  let prober: BuildInfoProber
  let startBudget: TimeSpan
  let patience: Patience

  private static let attemptsMax = 4
  /// How long the cluster may have nothing to tell before pods and tenant are looked at again.
  private static let watchSeconds = 2

  private var labels: OrderLabels { OrderLabels(order, token: token, effect: effect) }
  private var tenant: TenantSlug { order.tenant.slug }

  func perform() async throws -> RedeployResult {
    for _ in 0..<Self.attemptsMax {
      do {
        guard let workload = try await cluster.workload(of: tenant) else {
          return .failed(
            "the cluster has no Deployment or StatefulSet with \(cluster.scope.label)=\(tenant): make it, "
              + "or put the label on it", restored: false)
        }
        return try await obey(workload)
      } catch is Overtaken {
        // Judged anew by what stands there now.
        continue
      } catch let unknown as Unknown {
        // The answer was lost, as after a long stop of this process: a newer order may be why.
        guard unknown.mayPass, let obeyed = try await cluster.workload(of: tenant)?.labels,
          case .fenced(let highest) = due(after: obeyed)
        else { throw unknown }
        return .fenced(highest: highest)
      }
    }
    throw Unknown(
      .unanswerable,
      "somebody else is changing what runs \(tenant) at the same time: find out who, then repeat the order"
    )
  }

  private func due(after obeyed: OrderLabels) -> Due {
    Due(on: order.digest, token: token, afterObeying: obeyed.token, for: obeyed.digest)
  }

  private func obey(_ workload: Workload) async throws -> RedeployResult {
    guard let container = workload.container(containerName) else {
      return .failed(unclear(workload), restored: false)
    }
    if let obeyed = workload.labels {
      switch due(after: obeyed) {
      case .fenced(let highest): return .fenced(highest: highest)
      case .rest:
        if let answer = try await repeated(workload, container, obeyed) { return answer }
      case .all: break
      }
    }
    let isUp = try await isUp(workload)
    if order.manner == .keepIfRunning, container.digest == order.digest, isUp {
      try await write(
        workload, WorkloadPatch.recorded(workload, labels, standing: workload.standing))
      return .alreadyThere
    }
    if let impediment = workload.impediment {
      return .failed("\(workload.title) \(impediment)", restored: isUp)
    }
    // What an overruled order was still bringing up is nothing to go back to.
    let standing = isUp ? try await standing(workload, container) : workload.standing
    try await write(
      workload, WorkloadPatch.moved(workload, container, order, labels, standing: standing))
    return try await follow()
  }

  private func unclear(_ workload: Workload) -> String {
    let names = workload.containerNames.map { printable($0, charactersMax: 63) }
      .joined(separator: ", ")
    return containerName.map { "\(workload.title) has no container '\($0)', only \(names)" }
      ?? "\(workload.title) has several containers: say with 'container' which is the tenant, of \(names)"
  }

  /// The image to go back to. What a tag said when the pods were made, it may not say any more.
  private func standing(
    _ workload: Workload, _ container: Workload.Container
  ) async throws -> String {
    guard container.digest == nil else { return container.image }
    let pulled = Set(
      try await cluster.pods(of: workload).filter { !$0.isGoing }.map { $0.pulled(container.name) })
    if pulled.count == 1, let image = pulled.first ?? nil { return image }
    return container.image
  }

  /// The same decision again: what is left of it; nil when that is all of it.
  private func repeated(
    _ workload: Workload, _ container: Workload.Container, _ obeyed: OrderLabels
  ) async throws -> RedeployResult? {
    if container.digest == order.digest {
      guard try await isUp(workload) else { return try await follow() }
      if token > obeyed.token {
        try await write(
          workload, WorkloadPatch.recorded(workload, labels, standing: workload.standing))
      }
      return .alreadyThere
    }
    // It was put back. One effect is carried out once, also when it fails; another may try again.
    guard obeyed.effect == effect else { return nil }
    let reason = try await reason(workload, "it failed before, and was put back")
    return .failed(reason, restored: try await wait(for: workload) == .up)
  }

  private func write(_ workload: Workload, _ patch: EngineValue) async throws {
    guard try await cluster.patch(workload, patch) == .written else { throw Overtaken() }
  }

  // MARK: - Following

  /// What the cluster made of a specification.
  private enum Fate: Hashable {
    case up
    case down(String)
  }

  private func follow() async throws -> RedeployResult {
    let workload = try await current()
    switch try await wait(for: workload) {
    case .up: return .restarted
    case .down(let why):
      let now = try await current()
      let reason = try await reason(now, why)
      guard let container = now.container(containerName), let standing = now.standing,
        standing != container.image
      else { return .failed(reason, restored: false) }
      try await write(now, WorkloadPatch.putBack(now, container, on: standing))
      return .failed(reason, restored: try await wait(for: try await current()) == .up)
    }
  }

  /// The workload, as long as this order is the newest.
  private func current() async throws -> Workload {
    guard let workload = try await cluster.workload(of: tenant) else { throw Overtaken() }
    return try ours(workload)
  }

  private func ours(_ workload: Workload) throws -> Workload {
    guard let labels = workload.labels, labels.token <= token, labels.isDecision(of: order, token)
    else { throw Overtaken() }
    return workload
  }

  /// Follows the workload until every pod is changed, or it is certain that it will not be, or time is up.
  private func wait(for workload: Workload) async throws -> Fate {
    var watched = workload
    var version = workload.version
    var isFirst = true
    let fate = try await patience.answer(
      within: workload.patience(startBudget), every: .milliseconds(200)
    ) { () -> Fate? in
      if !isFirst {
        (watched, version) = try await next(after: version, watched)
      }
      isFirst = false
      return try await judge(watched)
    }
    if let fate { return fate }
    let limit = workload.patience(startBudget)
    return .down(
      try await complaint(try await current())?.sentence ?? "it was not up within \(limit)")
  }

  /// The workload after its next change, or as it was when there is none for a while.
  private func next(
    after version: String, _ workload: Workload
  ) async throws -> (Workload, version: String) {
    switch try await cluster.change(of: workload, after: version, within: Self.watchSeconds) {
    case .changed(let changed): return (try ours(changed), changed.version)
    case .quiet(let version): return (workload, version)
    case .expired:
      guard let anew = try await cluster.workload(again: workload) else { throw Overtaken() }
      return (try ours(anew), anew.version)
    }
  }

  private func judge(_ workload: Workload) async throws -> Fate? {
    switch workload.rollout {
    case .complete: if try await isUp(workload) { return .up }
    case .underWay: break
    case .stuck:
      return .down(
        try await complaint(workload)?.sentence ?? "it made no progress (ProgressDeadlineExceeded)")
    }
    if let complaint = try await complaint(workload), complaint.isConclusive {
      return .down(complaint.sentence)
    }
    try await clearTheWay(for: workload)
    return nil
  }

  /// Removes pods of a StatefulSet that will never be ready and are of a revision before: it waits for them
  /// before it changes any other (Kubernetes, StatefulSets, "Forced rollback").
  private func clearTheWay(for workload: Workload) async throws {
    guard let revision = workload.revision else { return }
    for pod in try await cluster.pods(of: workload)
    where !pod.isGoing && !pod.isReady && pod.revision != revision {
      try await cluster.remove(pod, of: workload)
    }
  }

  /// Whether every pod runs what the workload says, its node agrees, and the tenant answers.
  private func isUp(_ workload: Workload) async throws -> Bool {
    guard workload.rollout == .complete, workload.replicas > 0,
      let container = workload.container(containerName)
    else { return false }
    let pods = try await cluster.pods(of: workload).filter { !$0.isGoing }
    let isComplete =
      Int64(pods.count) == workload.replicas
      && pods.allSatisfy { $0.isReady && $0.image(container.name) == container.image }
    guard isComplete else { return false }
    if let digest = container.digest {
      guard pods.allSatisfy({ $0.mismatch(with: digest, in: container.name) == nil }) else {
        return false
      }
    }
    if case .unreachable = await prober.observe(order.tenant.address) { return false }
    return true
  }

  // MARK: - Explaining

  /// What the pods suffer from that run what the workload says, or why there are none; nil when nothing is
  /// wrong. Those of another image are on their way out, and no sign of how this one does.
  private func complaint(_ workload: Workload) async throws -> Pod.Complaint? {
    guard let container = workload.container(containerName) else { return nil }
    let pods = try await pods(of: workload, in: container)
    let complaints = pods.compactMap { $0.complaint(container.name) }
    if let worst = complaints.first(where: \.isConclusive) ?? complaints.first { return worst }
    if let digest = container.digest,
      let mismatch = pods.lazy.filter(\.isReady)
        .compactMap({ $0.mismatch(with: digest, in: container.name) }).first
    {
      return Pod.Complaint(sentence: mismatch, isConclusive: false)
    }
    guard workload.isRefusedPods else { return nil }
    return Pod.Complaint(
      sentence: "the cluster lets it make no pods, for want of quota or by a policy: see "
        + "'kubectl describe'", isConclusive: false)
  }

  /// Those that run what the workload says.
  private func pods(
    of workload: Workload, in container: Workload.Container
  ) async throws -> [Pod] {
    try await cluster.pods(of: workload)
      .filter { !$0.isGoing && $0.image(container.name) == container.image }
  }

  private func reason(_ workload: Workload, _ why: String) async throws -> String {
    let beginning = "\(tenant) did not come up with \(order.digest.short): \(why)"
    guard let container = workload.container(containerName),
      container.image == order.image.text,
      let failed = try await pods(of: workload, in: container)
        .first(where: { $0.complaint(container.name) != nil })
    else { return beginning }
    let words = LastWords.shown(
      try await cluster.log(of: failed, container.name, in: workload.namespace), isFramed: false,
      hiding: container.values)
    return beginning + (words.map { "; its last words: \($0)" } ?? "; it said nothing")
  }
}
