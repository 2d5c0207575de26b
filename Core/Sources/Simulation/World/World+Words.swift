import Decisions
import Vocabulary

// What people read of a delivery.

extension World {
  func tell(_ column: Timeline.Column, _ text: @autoclosure () -> String) {
    timeline?.add(text(), in: column, at: now)
  }

  /// Outcomes are told by what they lead to.
  func tell(of event: Event) {
    guard timeline != nil else { return }
    switch event {
    case .command(.release, _), .led, .outcome: return
    case .command(let command, let actor):
      tell(.orders, "recorded: \(actor) orders \(command.words)")
    }
  }

  /// Tells what stage a run has come to, when it is a new one.
  func tell(of run: Run) {
    guard timeline != nil else { return }
    let words = run.stageWords
    guard told[run.id] != words else { return }
    told[run.id] = words
    tell(.orders, "\(run.id) of \(commitWords(run.commit)): \(words)")
  }

  private func commitWords(_ commit: Commit) -> String {
    scenario.history.index(of: commit).map { "commit \($0)" } ?? commit.short
  }
}

extension Run {
  fileprivate var stageWords: String {
    switch stage {
    case .admitting: return "being admitted"
    case .placing: return "compared with other candidates"
    case .queued: return "waits for its turn"
    case .pointing: return "moves the channels that follow candidates"
    case .gating: return "waits for its checks"
    case .confirming: return "reads its gates once more"
    case .promoting: return "promotes"
    case .concluded(let conclusion, let sentence): return "ended \(conclusion): \(sentence)"
    case .rolling:
      guard let rollout else { return "rolls out" }
      let wave = rollout.wave.map { ", wave \($0.name)" } ?? ""
      return "rolls out: \(rollout.phase)\(wave)"
    }
  }
}

extension Command {
  /// `deploy commit 010101010101`.
  var words: String {
    switch self {
    case .release(let commit, _, let extent): "\(extent.rawValue) of \(commit.short)"
    case .rollback(let target, _, _): "rollback to \(target?.short ?? "the release before")"
    case .redeploy(let slugs, _, _): "redeploy of \(slugs.map(\.text).joined(separator: ", "))"
    case .unquarantine(let slug, _): "end of quarantine of \(slug)"
    case .abort(let run, _): "abort of \(run)"
    case .report(let status): "\(status.context) of \(status.commit.short) is \(status.state)"
    case .approve(let approval): "approval of \(approval.commit.short)"
    case .recheck(let commit, _): "hint about \(commit.short)"
    case .kill: "kill switch on"
    case .unkill: "kill switch off"
    case .hold: "hold"
    case .unhold: "end of hold"
    case .pin(let slug, _): "pin of \(slug)"
    case .unpin(let slug, _): "end of pin of \(slug)"
    case .taint(let commit, _): "taint of \(commit.short)"
    case .untaint(let commit, _): "end of taint of \(commit.short)"
    case .override(let override): "override: \(override.scope)"
    }
  }
}

extension Action {
  var words: String {
    switch self {
    case .inspect(let reference): "look at \(reference.words)"
    case .head(let branch): "head of \(branch)"
    case .compare(let base, let commit): "\(commit.short) against \(base.short)"
    case .census: "census"
    case .observe(let tenant): "look at \(tenant.slug)"
    case .settle(let tenant, _, _): "watch \(tenant.slug)"
    case .redeploy(let order):
      "\(order.tenant.slug) to \(order.commit.short) (generation \(order.generation))"
    case .point(let write): "\(write.target.words) to \(write.digest.short)"
    case .copy(let copy): "copy of \(copy.digest.short) to \(copy.to.registry)"
    case .keep(let reference): "bytes of \(reference.words)"
    case .remove(let removal): "removal of \(removal.target.words)"
    case .bring(let copy): "referrers of \(copy.digest.short) to \(copy.to.registry)"
    case .probe(let probe): "whether \(probe.target.words) may be written"
    case .wait: "wait"
    case .examine: "reading of the gates"
    }
  }
}

extension ImageReference {
  /// `platform:latest`.
  var words: String {
    let name = String(repository.text.split(separator: "/").last ?? "")
    return switch selector {
    case .tag(let tag): "\(name):\(tag)"
    case .digest(let digest): "\(name)@\(digest.short)"
    }
  }
}
