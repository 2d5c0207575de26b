public import Control
import Decisions
import Vocabulary

/// A record as a person reads it, in `git log` and on a terminal: one line, and below it what was decided.
public struct ChangeLogMessage: Hashable, Sendable {
  /// Who is named as the author: whoever ordered it or leads.
  public let author: String
  public let subject: String
  /// What is to be done because of it, one a line.
  public let consequences: [String]

  public init(_ record: Record) {
    switch record.event {
    case .command(let command, by: let actor):
      author = actor.text
      subject = Self.sentence(command)
    case .outcome(let id, let outcome):
      author = "pawl"
      subject = "\(Self.sentence(outcome)) (\(id))"
    case .led(by: let actor):
      author = actor.text
      subject = "\(actor) leads"
    }
    consequences = record.effects.map { effect in
      "\(effect.id), \(effect.run): \(Self.sentence(effect.action))"
    }
  }

  private static func sentence(_ command: Command) -> String {
    switch command {
    case .release(let commit, _, let extent):
      switch extent {
      case .everything: "deploy \(commit.short)"
      case .candidate: "admit \(commit.short) as a candidate"
      case .rollout: "roll out \(commit.short)"
      case .promotion: "promote \(commit.short)"
      }
    case .rollback(to: let commit, _, let reason):
      "roll back to \(commit?.short ?? "the release before"): \(reason)"
    case .redeploy(let slugs, _, let reason):
      "redeploy \(slugs.map(\.text).joined(separator: ", ")): \(reason)"
    case .unquarantine(let slug, let reason): "quarantine of \(slug) cleared: \(reason)"
    case .abort(let run, let reason): "abort \(run): \(reason)"
    case .report(let status):
      "check \(status.context) of \(status.commit.short): \(status.state.rawValue)"
    case .approve(let approval): "approve \(approval.commit.short)"
    case .recheck(let commit, _): "something about \(commit.short) may have changed"
    case .kill(let reason): "kill switch on: \(reason)"
    case .unkill(let reason): "kill switch off: \(reason)"
    case .hold(let reason): "hold: \(reason)"
    case .unhold(let reason): "holds lifted: \(reason)"
    case .pin(let tenant, let reason): "pin \(tenant): \(reason)"
    case .unpin(let tenant, let reason): "unpin \(tenant): \(reason)"
    case .taint(let commit, let reason): "taint \(commit.short): \(reason)"
    case .untaint(let commit, let reason): "untaint \(commit.short): \(reason)"
    case .override(let override):
      switch override.scope {
      case .backwards(let commit): "allow \(commit.short) to go backwards: \(override.reason)"
      case .smallerScope(let commit):
        "allow a smaller fleet for \(commit.short): \(override.reason)"
      case .otherControlPlane(let address): "allow the control plane \(address): \(override.reason)"
      }
    }
  }

  private static func sentence(_ outcome: Outcome) -> String {
    switch outcome {
    case .inspected(let reading): "image: \(word(reading))"
    case .head(let reading): "head of the branch: \(word(reading))"
    case .compared(let reading): "ancestry: \(word(reading))"
    case .census(.found(let census)) where census.leftOut.isEmpty:
      "\(census.tenants.count) tenants in the fleet"
    case .census(.found(let census)):
      "\(census.tenants.count) tenants in the fleet, \(census.leftOut.count) left out"
    case .census(let reading): "fleet: \(word(reading))"
    case .observed: "a tenant was looked at"
    case .settled(let receipt): "\(receipt.tenant): \(receipt.sentence)"
    case .redeployed(let result):
      switch result {
      case .restarted: "tenant restarted"
      case .alreadyThere: "tenant was there already"
      case .notSent: "order to a tenant not sent"
      case .fenced(let highest): "tenant refused an overtaken order (it has \(highest))"
      case .failed(_, let restored): "tenant failed" + (restored ? ", and is as before" : "")
      case .unknown: "order to a tenant: answer unknown"
      }
    case .pointed(let result):
      switch result {
      case .written: "tag moved"
      case .refused: "tag not moved: refused"
      case .ambiguous: "tag: answer unknown"
      }
    case .copied(.copied): "image copied"
    case .copied(.failed): "image not copied"
    case .kept(let reading): "bytes of a manifest: \(word(reading))"
    case .removed(.removed): "tag removed"
    case .removed(.left): "tag not removed"
    case .brought(let referrers):
      "\(referrers.brought.count) referrers brought, \(referrers.complaints.count) not"
    case .probed(.allowed): "write would be taken"
    case .probed(.refused): "write would be refused"
    case .probed(.unanswered): "whether a write would be taken: unknown"
    case .examined(let answer):
      answer.unknown.map { "gates: unknown, \($0.cause.rawValue)" } ?? "gates: read"
    case .rang: "waited"
    }
  }

  private static func word<Value>(_ reading: Reading<Value>) -> String {
    switch reading {
    case .found: "found"
    case .absent: "absent"
    case .unknown(let unknown): "unknown, \(unknown.cause.rawValue)"
    }
  }

  private static func sentence(_ action: Action) -> String {
    switch action {
    case .inspect(let reference): "read \(reference)"
    case .head(let branch): "read the head of \(branch)"
    case .compare(let base, let commit): "compare \(commit.short) with \(base.short)"
    case .census: "list the fleet"
    case .observe(let tenant): "look at \(tenant.slug)"
    case .settle(let tenant, let expected, _): "prove \(tenant.slug) on \(expected.short)"
    case .redeploy(let order): "move \(order.tenant.slug) to \(order.commit.short)"
    case .point(let write): "point \(write.target) at \(write.digest)"
    case .copy(let copy): "copy \(copy.digest) to \(copy.to)"
    case .keep(let reference): "keep the bytes of \(reference)"
    case .remove(let removal): "remove \(removal.target)"
    case .bring(let copy): "bring what refers to \(copy.digest) to \(copy.to)"
    case .probe(let probe): "ask whether \(probe.target) may be written"
    case .examine: "read the gates"
    case .wait(let wait, let span):
      switch wait {
      case .gates: "wait for checks, \(span) at most"
      case .reading: "read the gates again in \(span)"
      case .head(let branch, _): "read the head of \(branch) again in \(span)"
      case .soak(let wave): "soak \(wave) for \(span)"
      case .reproof(let wave): "prove \(wave) again in \(span)"
      case .thaw: "wait for the end of the freeze, looking again in \(span)"
      case .followers: "wait for the followers, \(span) at most"
      case .lockDelay(let tag): "let a lost write to \(tag) land, \(span)"
      case .retry: "ask again in \(span)"
      }
    }
  }
}

extension ChangeLogMessage {
  /// The message of the commit that carries `row`, whose body may be of any version.
  static func text(of row: StoredRow, writer: String) -> (author: String, message: String) {
    let readable = (try? RecordCoding.decode(row)).map(ChangeLogMessage.init)
    var paragraphs = [printable(readable?.subject ?? "entry \(row.position)", charactersMax: 200)]
    if let lines = readable?.consequences, !lines.isEmpty {
      paragraphs.append(
        lines.map { "- " + printable($0, charactersMax: 500) }.joined(separator: "\n"))
    }
    paragraphs.append(
      """
      Pawl-Entry: \(row.position)
      Pawl-Hash: \(row.hash)
      Pawl-Writer: \(writer)
      """)
    return (readable?.author ?? "pawl", paragraphs.joined(separator: "\n\n") + "\n")
  }
}
