public import Decisions
public import Vocabulary

/// How a command that followed a run ended.
public struct RunReport: Report {
  /// Why the command ended.
  public enum Ending: Hashable, Sendable {
    /// The run concluded.
    case concluded(Conclusion, String)
    /// A signal came; the run goes on with the same command.
    case interrupted
    /// The time given with `--timeout` is over; the run goes on with the same command.
    case timedOut(TimeSpan)
    /// The kill switch holds everything that is left to do.
    case held(String)
  }

  private let ending: Ending
  let run: RunSummary
  /// The run that moves the followers of what this one promoted; nil when there is none.
  let followers: RunSummary?
  private let accepted: [Conclusion]
  private let wasShown: Bool
  /// Whether it was to go back to what was never proven.
  private let lacksProof: Bool

  /// - Parameters:
  ///   - accepted: conclusions that the caller said are fine.
  ///   - wasShown: whether a screen has told how the run concluded; people are then told the next step only.
  public init(
    _ ending: Ending, run: Run, in state: ControlState, accepted: [Conclusion], wasShown: Bool
  ) {
    self.wasShown = wasShown
    self.ending = ending
    self.run = RunSummary(run, in: state)
    self.accepted = accepted
    let followUp = state.followUp(of: run.id)
    followers = followUp.map { RunSummary($0, in: state) }
    isLagging = followUp?.leavesFollowersBehind == true
    lacksProof =
      run.isRollback && !state.facts.releases.all.contains { $0.candidate.commit == run.commit }
  }

  /// Whether the followers do not all run what was promoted.
  let isLagging: Bool

  /// What a command whose run is still alive counts as, where it has one word.
  private var conclusion: Conclusion {
    switch ending {
    case .concluded where isLagging: .lagging
    case .concluded(let conclusion, _): conclusion
    case .interrupted: .stopped(.operator)
    case .timedOut: .deferred
    case .held: .stopped(.killSwitch)
    }
  }

  public var exitCode: Int32 {
    accepted.contains(conclusion) ? ExitStatus.success.rawValue : conclusion.exitCode
  }

  /// The word for how it ended.
  var label: String { conclusion.label }

  /// Whether doing nothing was right, and nobody has to mend anything.
  var isNobodysFault: Bool {
    [.superseded, .deferred, .noop, .stopped(.freeze), .stopped(.killSwitch)].contains(conclusion)
  }

  var sentence: String {
    switch ending {
    case .concluded(let conclusion, let sentence):
      isLagging ? "\(conclusion), and stands: \(sentence); followers: \(saying)" : sentence
    case .interrupted: "stopped at a safe point; run \(run.id) was \(run.activity)"
    case .timedOut(let span): "not finished after \(span); run \(run.id) was \(run.activity)"
    case .held(let kill): "run \(run.id) is held by the kill switch: \(kill)"
    }
  }

  /// How the followers stand.
  private var saying: String {
    guard let followers else { return "" }
    return followers.sentence ?? "not waited for; run \(followers.id) was \(followers.activity)"
  }

  var advice: String {
    switch ending {
    case .concluded where isLagging: Conclusion.lagging.advice
    case .concluded(.refused(.productionGuard), _) where lacksProof:
      "'pawl history' shows what was proven; name one of those with --to, or leave --to out for the release "
        + "before"
    case .concluded(let conclusion, _): conclusion.advice
    case .interrupted, .timedOut:
      "the same command again goes on where it was; 'pawl rollout --abort --reason …' ends the run"
    case .held: Conclusion.stopped(.killSwitch).advice
    }
  }

  public func lines() -> [Line] {
    var first = Line("\(conclusion)", conclusion.color)
    first.add(": \(sentence)")
    let skew = run.skewMilliseconds.map {
      Line("the tags of a channel differed for \(TimeSpan.milliseconds($0)) at most", .quiet)
    }
    let strangers = run.strangers.compactMap(\.question).map { Line($0, .warning) }
    let rest = strangers + [skew].compactMap(\.self) + referrers + [Line("next: \(advice)", .quiet)]
    if wasShown, case .concluded = ending {
      return followers == nil || !isLagging ? rest : [first] + rest
    }
    return [first] + rest
  }

  /// What came along with images that were copied, and what did not.
  private var referrers: [Line] {
    let brought = run.referrers.brought.map { Line("brought along: \($0)", .quiet) }
    return brought + run.referrers.complaints.map { Line("not brought along: \($0)", .warning) }
  }

  private enum CodingKeys: String, CodingKey {
    case conclusion, exitCode, sentence, advice, isConcluded, run, followers
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(conclusion.label, forKey: .conclusion)
    try container.encode(exitCode, forKey: .exitCode)
    try container.encode(sentence, forKey: .sentence)
    try container.encode(advice, forKey: .advice)
    try container.encode(run.conclusion != nil, forKey: .isConcluded)
    try container.encode(run, forKey: .run)
    try container.encodeIfPresent(followers, forKey: .followers)
  }
}
