import MarkedYAML

/// A question of a job, as far as a proof rests on it: what it is about, and what its answer leads to when
/// that is followed command by command. A name of a variable alone proves neither.
struct RaceQuestion: Sendable {
  /// What a question about ancestry compares with.
  enum Subject: Sendable {
    case known(RaceProgram.Shared)
    /// The script does not say where the commit comes from.
    case unsaid
    /// Something else than what is moved.
    case other
  }

  /// Whether an answer keeps something from being done.
  enum Keeping: Sendable {
    case yes
    /// Nobody can say who reads the script.
    case doubtful
    case no
  }

  let act: Act
  /// In the order of the program.
  let job: Int
  let number: Int
  let subject: Subject
  /// The act with what its answer leads to for certain.
  private let followed: Act
  private let told: Told

  /// - Parameters:
  ///   - place: Of the job in the program.
  ///   - promotions: What the workflow moves.
  init(
    _ act: Act, number: Int, of job: Job, at place: Int, in file: LintedFile,
    among promotions: [Promotion]
  ) {
    (self.act, self.job, self.number) = (act, place, number)
    let step = job.steps[act.step]
    var followed = act
    var subject = Subject.unsaid
    var told = Told()
    if let script = step.run,
      let found = script.parsed.commands.first(where: {
        $0.command.offset + $0.scene.base == act.offset
      })
    {
      if act.isSuperseded {
        followed.consequence = Self.consequence(found, script, file)
      } else {
        let words = QuestionWords(script, before: act.offset, of: step, in: job, file)
        subject = words.subject(
          of: found.command, among: promotions, file.settings.production)
      }
      told = Told(script, leftOut: followed.consequence.leftOut)
    } else if act.isSuperseded {
      followed.consequence = Consequence(isFollowed: true)
    }
    (self.followed, self.subject, self.told) = (followed, subject, told)
  }

  private static func consequence(
    _ found: (command: SimpleCommand, scene: ShellScene), _ script: Script, _ file: LintedFile
  ) -> Consequence {
    let (command, scene) = found
    guard scene.base == 0 else { return Consequence(isFollowed: true) }
    if command.tool == "pawl" {
      return AnswerUse.consequence(
        of: command, scene, failsOnNo: false, succeedsOnNo: true, in: script)
    }
    let plain = AnswerUse.consequence(
      of: command, scene, failsOnNo: false, in: script, isComparison: comparesCommits)
    let names = file.settings.production.superseded
    guard names.contains(where: { command.tool == $0 || script.text.has($0) }) else { return plain }
    // A declared program says newer by one status or the other: whoever ends on it has asked for that.
    let failing = AnswerUse.consequence(of: command, scene, failsOnNo: true, in: script)
    return failing.endsStep || failing.reachesOut || !failing.leftOut.isEmpty
      ? failing
      : AnswerUse.consequence(of: command, scene, failsOnNo: false, succeedsOnNo: true, in: script)
  }

  /// Whether a test compares two things of which one is called a commit, such as `"$head" = "$GITHUB_SHA"`.
  private static func comparesCommits(_ test: SimpleCommand) -> Bool {
    AnswerUse.comparesTwo(test)
      && test.words.contains {
        $0.substitutions.isEmpty
          && $0.source.lowercased().has(anyOf: ["sha", "commit", "candidate", "revision"])
      }
  }

  // MARK: In the same job

  func keeping(_ effect: Act, _ story: JobStory, _ job: Job) -> Keeping {
    guard act.isBefore(effect) || act.step == effect.step else { return .no }
    let isKept = isKept(effect, story, job)
    if isKept == .yes, case .other = subject { return .doubtful }
    if isKept != .no { return isKept }
    if act.isAncestry { return act.isBefore(effect) ? .doubtful : .no }
    return story.question(act, keeps: effect, of: job) ? .doubtful : .no
  }

  private func isKept(_ effect: Act, _ story: JobStory, _ job: Job) -> Keeping {
    var silent = followed
    silent.consequence.tells = false
    if story.question(silent, keeps: effect, of: job) { return .yes }
    guard story.question(followed, keeps: effect, of: job) else { return .no }
    let condition = StepCondition(job.steps[effect.step])
    let id = job.steps[act.step].id
    return told.keeps(condition) { path in
      if let name = path.rest(behind: "env.") { return name }
      return id.flatMap { path.rest(behind: "steps.\($0.lowercased()).outputs.") }
    }
  }

  // MARK: In a job that is needed

  /// - Parameter isReached: The other job is left out when the one that asks fails.
  func keeping(
    _ effect: Act, of other: Job, askedIn job: Job, isReached: Bool
  ) -> Keeping {
    let asking = job.steps[act.step]
    let isAsked = StepCondition(asking).isTrivial
    let use = followed.consequence
    var keeping = Keeping.no
    let fails = isReached || StepCondition(other.condition).wantsSuccess(ofJob: job.id)
    if use.failsJob, isAsked, asking.continueOnError == nil, job.continueOnError == nil, fails {
      keeping = .yes
    } else {
      let id = asking.id
      let outputs = Outputs(of: job)
      for condition in [StepCondition(other.condition), StepCondition(other.steps[effect.step])]
      where condition.asks("needs.\(job.id).") {
        let told = told.keeps(condition) { path in
          guard let id, let name = path.rest(behind: "needs.\(job.id.lowercased()).outputs.") else {
            return nil
          }
          return outputs.source(of: name)?.rest(behind: "steps.\(id.lowercased()).outputs.")
        }
        if told == .yes, use.tells, isAsked { keeping = .yes }
        if keeping == .no { keeping = .doubtful }
      }
    }
    if keeping == .yes, case .other = subject { return .doubtful }
    if keeping == .no, act.consequence.failsJob && isReached || act.isAncestry { return .doubtful }
    return keeping
  }
}

/// The outputs of a job.
private struct Outputs {
  private let entries: [(name: String, source: String)]

  init(of job: Job) {
    entries = (job.node["outputs"]?.entries ?? []).compactMap { entry in
      guard let text = entry.value.text, case let all = Interpolation.all(in: text),
        all.count == 1, all[0].range.count == text.trimmed.utf8.count,
        let path = all[0].expression?.path
      else { return nil }
      return (entry.key.lowercased(), path)
    }
  }

  /// The path of what is handed on under a name.
  func source(of name: String) -> String? { entries.first { $0.name == name }?.source }
}

extension String {
  fileprivate func rest(behind start: String) -> String? {
    hasPrefix(start) ? String(dropFirst(start.count)) : nil
  }
}
