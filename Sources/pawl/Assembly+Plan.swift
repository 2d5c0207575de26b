import Crypto
import Decisions
import Foundation
import Presentation
import Settings
import Vocabulary

extension Assembly {
  /// What a run for `commit` is held to: pawl.yaml, with what only this machine can add. Zones become data,
  /// the kill switch is looked at in the environment, and approvals are bound to all the rest.
  func plan(for commit: Commit) throws(ProcessFailure) -> ReleasePlan {
    var plan = settings.plan(for: commit)
    guard var rules = plan.gates.rules else { return plan }
    rules.windows = try settings.windows.map { window throws(ProcessFailure) in
      ReleaseWindow(
        kind: window.kind, span: window.span, zone: try offsets(of: window.zone),
        reason: window.reason)
    }
    if let killSwitch = rules.killSwitch {
      rules.killSwitch = KillSwitch(
        variable: killSwitch.variable, level: killSwitch.level,
        whenForbidden: killSwitch.whenForbidden,
        isOnAtStart: try isOnAtStart(killSwitch.variable))
      rules.killSwitch?.isOnInSettings = killSwitch.isOnInSettings
    }
    plan.gates.rules = rules
    guard let approval = rules.approval else { return plan }
    plan.gates.rules?.approval = ApprovalGate(
      count: approval.count, approvers: approval.approvers,
      excludesAuthor: approval.excludesAuthor, lifetime: approval.lifetime,
      plan: try approvalDigest(of: commit))
    return plan
  }

  /// The same, for exactly the images that were built: those that are given, else those that made the commit
  /// a candidate, else whatever their tags mean.
  func plan(
    for commit: Commit, as images: [BuiltImage]
  ) throws(ProcessFailure) -> ReleasePlan {
    let built = images.isEmpty ? BuiltImage.ofCandidate(commit, in: try state()) : images
    return try BuiltImage.pinned(try plan(for: commit), to: built)
  }

  /// Whether the environment says that the kill switch is on.
  ///
  /// - Throws: for a word that means neither on nor off. Somebody typed it to stop something.
  private func isOnAtStart(_ variable: VariableName) throws(ProcessFailure) -> Bool {
    let text = Environment.value(of: variable.text) ?? ""
    switch TruthWord(text) {
    case .on: return true
    case .off: return false
    case .neither:
      throw ProcessFailure(
        .settings,
        "expected a word for on or off in the environment's \(variable), found "
          + "'\(printable(text, charactersMax: 40))'",
        advice: "set it to true to stop releases, or to false to let them go")
    }
  }

  /// What people agree to: everything pawl.yaml says about this commit, and nothing that differs between two
  /// machines or two minutes.
  func approvalDigest(of commit: Commit) throws(ProcessFailure) -> Vocabulary.Digest {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let bytes = try encoder.encode(settings.plan(for: commit))
      let hash = SHA256.hash(data: bytes).map { byte in
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }
      return Vocabulary.Digest(normalized: "sha256:" + hash.joined())
    } catch {
      throw ProcessFailure(.internal, "the plan of \(commit) could not be written down: \(error)")
    }
  }

  /// The rules of a time zone as data.
  private func offsets(of zone: ZoneName) throws(ProcessFailure) -> ZoneOffsets {
    do throws(Malformed) {
      return try ZoneDatabase(at: clock.now()).offsets(of: zone.text)
    } catch {
      throw ProcessFailure(
        .settings, "the zone of a window in gates.windows is \(error)",
        advice: "'timedatectl list-timezones' lists those that this machine knows")
    }
  }

  /// The commit that the job this process is part of was started for.
  var commitOfJob: String? {
    get throws(ProcessFailure) { try CIEnvironment.ofThisProcess?.commit() }
  }
}
