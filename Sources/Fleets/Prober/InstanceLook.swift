import Vocabulary

/// What one address of a tenant's name answered.
struct InstanceLook: Sendable {
  let instance: IPAddress
  let observation: Observation

  init(_ instance: IPAddress, _ observation: Observation) {
    self.instance = instance
    self.observation = observation
  }

  fileprivate var isUnreachable: Bool {
    guard case .unreachable(let unknown) = observation else { return false }
    return unknown.cause == .unreachable || unknown.cause == .timedOut
  }
}

extension Observation {
  /// What `looks`, at least one, say of the tenant as a whole: all of its instances have to say it. Whoever
  /// asks by the name gets any of them.
  ///
  /// Many machines reach only addresses of one version of the protocol. Where every address of the other
  /// one is out of reach and none of this, the others are left out of it.
  init(joining looks: [InstanceLook]) {
    let all = looks.sorted { $0.instance.bytes.lexicographicallyPrecedes($1.instance.bytes) }
    let (newer, older) = (
      all.filter(\.instance.isVersion6), all.filter { !$0.instance.isVersion6 }
    )
    let looks =
      switch (Self.reach(newer), Self.reach(older)) {
      case (.nothing, .everything): older
      case (.everything, .nothing): newer
      default: all
      }
    if let worst = looks.first(where: { $0.observation.commit == nil }) {
      self = worst.observation.said(of: worst.instance, among: looks.count)
      return
    }
    let commits = looks.compactMap(\.observation.commit)
    guard let commit = commits.first, commits.allSatisfy({ $0 == commit }) else {
      let sayings = looks.compactMap { look in
        look.observation.commit.map { "\(look.instance) serves \($0.short)" }
      }
      self = .unidentified("its addresses differ: " + sayings.joined(separator: ", "))
      return
    }
    let isWell = looks.allSatisfy { $0.observation == .running(commit) }
    self = isWell ? .running(commit) : .unhealthy(commit)
  }

  private enum Reach {
    case nothing, something, everything
  }

  private static func reach(_ looks: [InstanceLook]) -> Reach {
    if looks.isEmpty { return .something }
    if looks.allSatisfy(\.isUnreachable) { return .nothing }
    return looks.contains(where: \.isUnreachable) ? .something : .everything
  }

  /// The same with the address it is about, where there are several.
  private func said(of instance: IPAddress, among count: Int) -> Observation {
    guard count > 1 else { return self }
    switch self {
    case .unidentified(let why): return .unidentified("\(instance): \(why)")
    case .unreachable(let unknown):
      return .unreachable(Unknown(unknown.cause, "at \(instance): \(unknown.detail)"))
    case .running, .unhealthy, .contradicted, .unconfirmed, .notDeployed: return self
    }
  }
}
