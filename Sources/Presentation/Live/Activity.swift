public import Decisions
import OrderedCollections
public import Vocabulary

/// What a live run is doing or waiting for, and why, in one sentence.
public struct Activity: Sendable {
  private let run: Run
  private let state: ControlState
  private let elapsed: @Sendable (EffectID) -> TimeSpan?
  private let tellsRetries: Bool

  /// - Parameters:
  ///   - tellsRetries: whether reads that are asked again belong to the sentence.
  ///   - elapsed: how long a wait has been going on, where that is known; sentences then tell what is left.
  public init(
    of run: Run, in state: ControlState, tellsRetries: Bool = true,
    elapsed: @escaping @Sendable (EffectID) -> TimeSpan? = { _ in nil }
  ) {
    self.run = run
    self.state = state
    self.tellsRetries = tellsRetries
    self.elapsed = elapsed
  }

  public var sentence: String {
    switch run.stage {
    case .admitting: "checking the images of \(run.commit.short)" + retries
    case .placing: "comparing \(run.commit.short) with the other candidates" + retries
    case .queued: queued
    case .pointing, .promoting: promoting
    case .gating, .confirming: gating
    case .rolling: rolling + timeOfFollowers
    case .concluded(let conclusion, let sentence): "\(conclusion): \(sentence)"
    }
  }

  private var effects: [Effect] { state.wanted.filter { $0.run == run.id } }

  /// How long the wait that `isMeant` finds still takes.
  private func left(_ isMeant: (Action.Wait) -> Bool) -> (left: TimeSpan?, span: TimeSpan)? {
    for effect in effects {
      guard case .wait(let wait, let span) = effect.action, isMeant(wait) else { continue }
      return (elapsed(effect.id).map { span - $0 }, span)
    }
    return nil
  }

  /// Reads that failed and are about to be asked again.
  private var retries: String {
    guard tellsRetries else { return "" }
    let again = effects.compactMap { effect -> String? in
      guard case .wait(.retry(let action, let attempt), _) = effect.action else { return nil }
      return "\(action.phrase), attempt \(attempt) of \(ControlState.readAttemptsMax)"
    }
    return again.isEmpty ? "" : "; no answer yet, asking again: " + again.joined(separator: ", ")
  }

  private var queued: String {
    guard let active = state.queue.active, let first = state.runs[active] else {
      return "waiting for its turn"
    }
    return "waiting for \(first.id) (\(first.commit.short)), which has the right to finish"
  }

  private var gating: String {
    var sentence = run.watch == nil ? reported : examined
    if let wait = self.left({ $0 == .gates }) {
      sentence +=
        wait.left.map { ", \(min($0.wholeSeconds, wait.span)) left of \(wait.span)" }
        ?? ", \(wait.span) at most"
    }
    return sentence
  }

  private var reported: String {
    let left = Gates.judge(run.plan.gates, on: run.commit, by: state.facts.statuses)
      .filter { !$0.verdict.isConfirmed }.map { "\($0.context): \($0.verdict)" }
    return "waiting for the check\(left.count == 1 ? "" : "s") " + left.joined(separator: ", ")
  }

  /// What is still missing, with what was last seen of it.
  private var examined: String {
    let phase: GatePhase = run.stage == .confirming ? .beforeChannels : .beforeRollout
    guard case .waiting(let left) = GateDecision(state.gateVerdicts(of: run), in: phase) else {
      return "reading the gates"
    }
    return "waiting: " + left.map(\.sentence).joined(separator: "; ")
  }

  private var promoting: String {
    guard let promotion = run.promotion else { return "moving the channels" }
    let name = promotion.channel.name
    let delays = effects.compactMap { effect -> String? in
      guard case .wait(.lockDelay(let reference), let span) = effect.action else { return nil }
      let time = elapsed(effect.id).map { "\((span - $0).wholeSeconds) left" } ?? "\(span)"
      return "\(reference) (\(time))"
    }
    guard delays.isEmpty else {
      return "waiting until a lost write can no longer land: " + delays.joined(separator: ", ")
    }
    return switch promotion.phase {
    case .waitingOut: "waiting until an earlier promotion of \(name) can no longer write"
    case .reading: "reading what \(name) shows" + retries
    case .judging: "comparing \(run.commit.short) with what \(name) shows" + retries
    case .probing: "asking whether \(name) may be written"
    case .preparing: preparing(promotion)
    case .pinning: "pinning what \(name) shows now"
    case .writing: "moving \(name) to \(run.commit.short)"
    case .undoing: "taking \(name) back: a member refused"
    case .ended: "\(name) is done"
    }
  }

  private func preparing(_ promotion: Promotion) -> String {
    let copies = effects.compactMap { effect -> String? in
      guard case .copy(let copy) = effect.action else { return nil }
      return "\(copy.digest.short) to \(copy.to)"
    }
    return copies.isEmpty
      ? "preparing to move \(promotion.channel.name)"
      : "copying " + copies.joined(separator: ", ")
  }

  /// How long the followers still have.
  private var timeOfFollowers: String {
    guard let wait = left({ $0 == .followers }) else { return "" }
    return wait.left.map { ", \(min($0.wholeSeconds, wait.span)) left of \(wait.span)" }
      ?? ", \(wait.span) at most"
  }

  private var rolling: String {
    guard let rollout = run.rollout else { return "beginning the rollout" }
    let wave = rollout.wave.map(\.name.description) ?? "the fleet"
    switch rollout.phase {
    case .counting: return "listing the tenants" + retries
    case .surveying: return "looking at what \(rollout.tenants.count) tenants run"
    case .judging: return "comparing \(run.commit.short) with what the tenants run" + retries
    case .paused:
      return "waiting with \(wave): \(rollout.freeze ?? "nothing is in its way any more")"
    case .moving: return "moving \(wave), wave \(rollout.waveIndex + 1) of \(rollout.waves.count)"
    case .soaking:
      let wait = left { if case .soak = $0 { true } else { false } }
      let span = wait?.span ?? run.plan.rollout.soak
      let time = wait?.left.map { "\(min($0.wholeSeconds, span)) left of \(span)" } ?? "for \(span)"
      return wait?.left == nil ? "soaking \(wave) \(time)" : "soaking \(wave), \(time)"
    case .reproving: return "proving \(wave) again after its soak"
    case .recounting: return "listing the tenants once more" + retries
    case .proving: return "proving every tenant once more"
    case .reverting: return "taking the moved tenants back to what they ran"
    case .ended: return "the rollout is done"
    }
  }
}

extension Action {
  /// What it asks or does, for people.
  var phrase: String {
    switch self {
    case .inspect(let reference): "read \(reference)"
    case .head(let branch): "read the head of \(branch)"
    case .compare(let base, let commit): "compare \(commit.short) with \(base.short)"
    case .census: "list the tenants"
    case .observe(let tenant): "look at \(tenant.slug)"
    case .settle(let tenant, _, _): "prove \(tenant.slug)"
    case .redeploy(let order): "move \(order.tenant.slug)"
    case .point(let write): "move \(write.target)"
    case .copy(let copy): "copy \(copy.digest.short) to \(copy.to)"
    case .keep(let reference): "keep the bytes of \(reference)"
    case .remove(let removal): "remove \(removal.target)"
    case .bring(let copy): "bring what refers to \(copy.digest.short) to \(copy.to)"
    case .probe(let probe): "ask whether \(probe.target) may be written"
    case .wait: "wait"
    case .examine: "read the gates"
    }
  }
}

extension TimeSpan {
  /// Rounded up, so that a countdown ends at 1s and not before its time at 0s.
  var wholeSeconds: TimeSpan { .seconds((milliseconds + 999) / 1_000) }
}
