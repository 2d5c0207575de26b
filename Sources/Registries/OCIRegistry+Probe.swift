import Transport
public import Vocabulary

/// Knows rules of a registry that its data plane tells only by refusing.
protocol RuleSource: Sendable {
  /// Which tags of a repository may be moved; absent when there is no such repository.
  func mutability(of repository: RepositoryName) async -> Reading<TagMutability>
}

extension ECRLogin: RuleSource {}

extension OCIRegistry {
  public func probe(_ probe: WriteProbe) async -> WriteProbeResult {
    switch probe.kind {
    case .rules: await rules(probe)
    case .upload: await upload(probe)
    }
  }

  private func rules(_ probe: WriteProbe) async -> WriteProbeResult {
    guard
      let rules = client.authorizer.signIn(to: probe.location.registry).login.source
        as? any RuleSource
    else { return .allowed }
    switch await rules.mutability(of: probe.location.repository) {
    case .found(let rule) where rule.allowsMoving(probe.tag): return .allowed
    case .found(let rule):
      return .refused(
        Unknown(
          .forbidden,
          "the repository is \(rule.setting.rawValue) and '\(probe.tag)' is no exception; "
            + "'pawl doctor' says how to make it one"))
    case .absent: return .refused(Unknown(.unanswerable, "the repository does not exist"))
    case .unknown(let unknown): return .unanswered(unknown)
    }
  }

  private func upload(_ probe: WriteProbe) async -> WriteProbeResult {
    do throws(Unknown) {
      try await client.tryUpload(to: probe.location)
      return .allowed
    } catch {
      switch error.cause {
      case .unauthorized, .forbidden: return .refused(error)
      default: return .unanswered(error)
      }
    }
  }
}
