import Capabilities
import Decisions
import Vocabulary

/// Reads and judges the gates of one commit without a run: nothing is ordered and nothing is recorded.
struct GateExamination {
  let examiner: any Examiner
  let plan: ReleasePlan
  private let state: ControlState
  private let author: ActorName
  private(set) var watch: GateWatch
  private var asked = EffectID(0)

  /// A plan that reads nothing is judged by what was reported to pawl.
  init(
    _ plan: ReleasePlan, of commit: Commit, in state: ControlState, by author: ActorName,
    examiner: any Examiner
  ) {
    self.plan = plan
    self.state = state
    self.author = author
    self.examiner = examiner
    watch = GateWatch(plan.gates.rules ?? GateRules(), of: commit, on: plan.branch)
  }

  /// One round of reading.
  mutating func read(_ phase: GatePhase, at now: Timestamp) async {
    var questions = watch.questions(phase, required: plan.gates.required)
    while !questions.isEmpty {
      let examiner = examiner
      let answers = await inParallel(questions) { await examiner.answer($0) }
      var more: [Question] = []
      for (question, answer) in zip(questions, answers) {
        asked = asked.next
        more += watch.receive(answer, to: question, asked: asked, at: now)
      }
      questions = more
    }
  }

  /// How long to wait before the next round.
  mutating func pause(at now: Timestamp) -> TimeSpan { watch.finishRound(at: now) }

  /// Of everything that stands between the commit and its rollout, also what refuses it before it is gated.
  func allVerdicts(at now: Timestamp) -> [GateVerdict] {
    plan.standing(of: watch.commit, by: state.facts.statuses) + verdicts(at: now)
  }

  /// Of what a run waits for.
  func verdicts(at now: Timestamp) -> [GateVerdict] {
    watch.verdicts(
      GateWatch.Surroundings(
        required: plan.gates.required, statuses: state.facts.statuses,
        approvals: state.facts.approvals, author: author, now: now))
  }
}
