import Decisions
import Vocabulary

// What the invariants ask the world.

extension World {
  /// The commit an image was built from.
  func commit(of digest: Digest) -> Commit? {
    Scenario.commit(of: digest).map { scenario.history.commits[$0] }
  }

  /// Whether this is the tag of a channel that moves when the fleet was proven.
  func followsProof(_ write: TagWrite) -> Bool {
    provenTargets.contains { $0.0 == write.target }
  }

  /// Whether a channel that moves when the fleet was proven shows this commit now, whoever moved it.
  func isShown(_ commit: Commit) -> Bool {
    provenTargets.contains { target, _ in
      tags[target].flatMap { self.commit(of: $0.digest) } == commit
    }
  }

  /// The digest that a run admitted for what this tag shows.
  func admitted(by run: Run, for write: TagWrite) -> Digest? {
    let member = scenario.plan.channels.flatMap(\.members).first { $0.location == write.location }
    return member.flatMap { run.candidate?.digest(of: $0.image) }
  }

  /// Since when somebody leads and was not stopped; nil while nobody can act.
  var actingSince: Int64? {
    guard let leader, let process = processes[leader], process.stoppedUntil < now,
      journal.isReachable
    else { return nil }
    return max(process.leadingSince, process.stoppedUntil)
  }

  /// Whether nobody could know what the tenant ran: it lied, its driver started what nobody ordered, or
  /// it names what ran before and the order that says so is not in the restored journal.
  func isExcused(_ slug: TenantSlug) -> Bool {
    guard let tenant = index(of: slug).map({ tenants[$0] }) else { return false }
    let isMistaken = isRestored && tenant.hasRunStale
    return tenant.hasLied || tenant.isAstray || isMistaken
  }

  /// Whether some living process has sent this effect and waits for what comes of it.
  func isInFlight(_ id: EffectID) -> Bool {
    living.contains { processes[$0]?.inFlight.contains(id) == true }
  }

  /// How the newest run ended, in words.
  var lastEnding: String {
    guard case .concluded(let conclusion, let sentence) = state.runs.values.last?.stage else {
      return "never ended"
    }
    return "ended \(conclusion): \(sentence)"
  }
}

extension TagWrite {
  /// A channel, as opposed to the pin of an earlier digest.
  var isChannel: Bool { !tag.text.contains("-prev-") }
}
