import Capabilities
import Decisions
import Forges
import TestSupport
import Transport
import Vocabulary

// How many requests a forge gets while a release waits for twelve contexts that take forty minutes: from a
// loop that reads everything every thirty seconds, from pawl without events, and from pawl with them. Time is
// virtual, requests are real HTTP to a scripted forge on loopback. The last line is the ratio.

/// What happens to one check: at this second it has this state.
private struct Moment {
  let second: Int
  let context: ContextName
  let state: String
}

private let contexts = (1...12).map { ContextName(normalized: "CI / job \($0) (push)") }
private let minutes = 40

/// Every check is pending from the first minute on, then running, and ends when its turn comes; the last
/// after forty minutes.
private let story: [Moment] =
  contexts.enumerated().flatMap { index, context in
    [
      Moment(second: 5 + index, context: context, state: "pending"),
      Moment(second: 60 + index * 7, context: context, state: "pending"),
      Moment(
        second: minutes * 60 * (index + 1) / contexts.count, context: context, state: "success"),
    ]
  }.sorted { $0.second < $1.second }

private let commit: Commit = "e6307e2f00000000000000000000000000000000"

private struct Now: WallClock {
  func now() -> Timestamp { Timestamp(milliseconds: 0) }
}

/// Lets the story happen up to a second.
private func show(_ forge: ScriptedForge, until second: Int) {
  forge.change { state in
    state.statuses[commit] = story.filter { $0.second <= second }.map { moment in
      ScriptedForge.Status(
        moment.context.text, moment.state, app: forge.kind.isGitHub ? 15_368 : nil)
    }
  }
}

private enum Reader {
  /// Reads everything every thirty seconds, as shell loops do.
  case loop
  /// In pawl's usual pace.
  case alone
  /// In a slow pace, and when a webhook makes it worth while.
  case withEvents
}

/// The number of requests until the gate was open, and when that was seen.
private func measure(_ reader: Reader, _ kind: ScriptedForge.Kind) async throws -> (
  requests: Int, seconds: Int
) {
  let script = ScriptedForge(kind) { $0.commits = [commit] }
  return try await withFaultyServer({ script.reply(to: $0) }) { server in
    let connections = Connections(version: "benchmark")
    let account = ForgeAccount(
      api: HTTPAddress(normalized: server.address.text + script.prefix),
      repository: "acme/platform",
      credential: .token(Secret("t")))
    let forge: any HostedForge =
      kind.isGitHub
      ? GitHubForge(account, connections: connections, clock: Now())
      : GiteaForge(account, connections: connections, clock: Now())
    var rules = GateRules()
    rules.contexts.areRead = true
    rules.pace =
      reader == .withEvents
      ? ReadingPace(pauseFirst: .minutes(15), pauseMax: .minutes(15)) : ReadingPace()
    var watch = GateWatch(rules, of: commit, on: "main")
    var second = 0
    var told = 0
    var asked = EffectID(0)
    while second < 2 * minutes * 60 {
      show(script, until: second)
      asked = asked.next
      let questions = watch.questions(.beforeRollout, required: contexts)
      for question in questions {
        let answer = await GateExaminer(forge: forge, metrics: nil).answer(question)
        _ = watch.receive(answer, to: question, asked: asked, at: Timestamp(milliseconds: 0))
      }
      let verdicts = watch.verdicts(
        GateWatch.Surroundings(
          required: contexts, statuses: Statuses(), approvals: Approvals(), author: "benchmark",
          now: Timestamp(milliseconds: 0)))
      if GateDecision(verdicts, in: .beforeRollout) == .open { break }
      let pause = Int(watch.finishRound(at: Timestamp(milliseconds: 0)).milliseconds / 1_000)
      let due = second + (reader == .loop ? 30 : pause)
      guard reader == .withEvents else {
        second = due
        continue
      }
      // Webhooks come as things happen; the first that is worth a reading ends the pause.
      second = due
      while told < story.count, story[told].second <= due {
        let moment = story[told]
        told += 1
        let hint = Check(
          context: moment.context, state: moment.state == "success" ? .success : .pending)
        if watch.hear(hint, required: contexts) {
          second = moment.second
          break
        }
      }
    }
    await connections.close()
    return (server.received.count, second)
  }
}

@main
enum ForgeCalls {
  static func main() async throws {
    var worst = 0.0
    for kind in [ScriptedForge.Kind.gitea, .github] {
      let loop = try await measure(.loop, kind)
      let alone = try await measure(.alone, kind)
      let events = try await measure(.withEvents, kind)
      print("\(kind.rawValue): 12 contexts, \(minutes) minutes until the last is green")
      for (name, result) in [
        ("a loop every 30 s", loop), ("pawl alone", alone), ("pawl with events", events),
      ] {
        print("  \(name): \(result.requests) requests, open after \(result.seconds) s")
      }
      worst = max(worst, Double(events.requests) / Double(loop.requests))
    }
    print("ratio, with events to the loop, the worse forge: \((worst * 1_000).rounded() / 1_000)")
  }
}
