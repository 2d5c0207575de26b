import ArgumentParser
import Foundation
import Glibc
import Presentation
import Settings
import Simulation
import Vocabulary

struct RehearseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rehearse",
    abstract: "Run releases in a simulated world where everything goes wrong; touch nothing.",
    discussion: """
      Runs the real decisions in virtual time, seed after seed, and checks every promise after every step. \
      With pawl.yaml it rehearses that delivery, otherwise one that is drawn anew for every seed. Exits 1 \
      when a promise was broken, and then writes the smallest delivery that breaks it to a file.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("How many seeds.", valueName: "n")) var seeds: UInt64 = 2_000
  @Option(help: ArgumentHelp("The first seed.", valueName: "seed")) var from: UInt64 = 1
  @Option(
    help: ArgumentHelp("Only safety or liveness. Default: they take turns.", valueName: "mode"),
    transform: { try RehearseCommand.parsed($0) })
  var mode: Simulator.Mode?
  @Option(help: ArgumentHelp("How many tenants the fleet has.", valueName: "n")) var tenants: Int?
  @Option(
    help: ArgumentHelp(
      "Rehearse beside it with one value of pawl.yaml changed, as in rollout.batch=10; may be given again.",
      valueName: "key=value"))
  var set: [String] = []
  @Option(
    help: ArgumentHelp("Play one incident, without a ratchet and with it.", valueName: "name"))
  var incident: String?
  @Option(help: ArgumentHelp("Bring one delivery back.", valueName: "file")) var replay: String?
  @Flag(help: "Rehearse drawn deliveries although there is a pawl.yaml.") var drawn = false
  @Flag(help: "Fail when a fault, a conclusion or a corner was never seen.") var expectAll = false

  /// More than any machine gets through.
  private static let seedsMax: UInt64 = 1_000_000_000_000

  func perform(_ console: Console) async throws -> Int32 {
    guard (1...Self.seedsMax).contains(seeds) else {
      throw ProcessFailure(
        .usage, "expected one seed to \(Self.seedsMax), found --seeds \(seeds)",
        advice: "leave --seeds out for \(2_000) of them")
    }
    guard incident == nil || replay == nil else {
      throw ProcessFailure(
        .usage, "expected --incident or --replay, found both", advice: "name one of them")
    }
    if let incident { return try play(incident, console) }
    if let replay { return try await bringBack(replay, console) }
    let changes = try set.map(Self.change)
    let delivery = try await RehearsedDelivery(self, changes: [])
    let changed = changes.isEmpty ? nil : try await RehearsedDelivery(self, changes: changes)
    let outcome = await rehearse(delivery, console)
    guard let changed else { return try end(outcome, of: delivery, console) }
    let other = await rehearse(changed, console)
    console.answer(
      WhatIfReport(
        changes: changes.map(\.text), present: outcome.report, changed: other.report))
    return outcome.failures.isEmpty && other.failures.isEmpty ? 0 : ExitStatus.internal.rawValue
  }

  private static func change(_ text: String) throws(ProcessFailure) -> SettingsChange {
    guard let change = SettingsChange(parsing: text) else {
      throw ProcessFailure(
        .usage, "expected --set key.with.dots=value, found '\(printable(text, charactersMax: 80))'",
        advice: "name the key as docs/reference/configuration.md does: --set rollout.batch=10")
    }
    return change
  }

  private func end(
    _ outcome: Rehearsed, of delivery: RehearsedDelivery, _ console: Console
  ) throws -> Int32 {
    console.answer(outcome.report)
    if let failure = outcome.failures.first { try explain(failure, delivery, console) }
    let isComplete = !expectAll || outcome.report.neverSeen.isEmpty
    if !isComplete {
      console.remark(
        Line(
          "expected every fault, conclusion and corner to be seen, found "
            + "\(outcome.report.neverSeen.count) that never were, named above: ask for more --seeds, or find "
            + "out why they cannot happen any more", .bad))
    }
    return outcome.failures.isEmpty && isComplete ? 0 : ExitStatus.internal.rawValue
  }

  fileprivate static func parsed(_ text: String) throws -> Simulator.Mode {
    guard let mode = Simulator.Mode(rawValue: text) else {
      throw Malformed(noun: "mode", expected: "safety or liveness", found: text)
    }
    return mode
  }

  private struct Rehearsed {
    let report: RehearsalReport
    let failures: [Simulator.Report]
  }

  private func rehearse(_ delivery: RehearsedDelivery, _ console: Console) async -> Rehearsed {
    let bar = ProgressBar(count: seeds, isLive: !common.json && isatty(STDERR_FILENO) == 1)
    let outcome = await Rehearsal(
      first: from, count: seeds, mode: mode, subject: delivery.subject,
      atOnceMax: delivery.atOnceMax
    ).run { bar.show($0) }
    bar.end()
    let report = RehearsalReport(
      outcome, tenants: delivery.subject?.tenants.count, supersededBound: delivery.supersededBound,
      convergenceBound: Simulator.convergenceMax(of: delivery.subject), elapsed: bar.sinceStart)
    return Rehearsed(report: report, failures: outcome.failures)
  }

  private func play(_ name: String, _ console: Console) throws -> Int32 {
    guard let incident = Incident.named(name) else {
      throw ProcessFailure(
        .usage, "expected the name of an incident, found '\(printable(name, charactersMax: 80))'",
        advice: "one of " + Incident.all.map(\.name).joined(separator: ", "))
    }
    let report = IncidentReport(incident, seed: from)
    console.answer(report)
    return report.isKept ? 0 : ExitStatus.internal.rawValue
  }

  private func bringBack(_ path: String, _ console: Console) async throws -> Int32 {
    let text = try TextFile.read(
      path, what: "a replay that pawl rehearse wrote", advice: "check the path")
    let replay: Replay
    do throws(Replay.Malformed) { replay = try Replay(parsing: text) } catch {
      throw ProcessFailure(
        .settings, "\(printable(path, charactersMax: 200)):\(error.line): \(error.sentence)",
        advice: "find the failure anew from its seed: pawl rehearse --from SEED --seeds 1")
    }
    let subject = try await RehearsedDelivery(self, changes: []).subject
    if let written = replay.delivery {
      let found = Simulator.delivery(of: replay, subject: subject)
      guard written == found else {
        throw ProcessFailure(
          .settings,
          "\(printable(path, charactersMax: 200)): expected the delivery \(written), found \(found): "
            + (subject == nil ? "there is no pawl.yaml here, or " : "pawl.yaml has changed, or ")
            + "this pawl draws other deliveries than the one that wrote it",
          advice: "run it where it was written, or find the failure anew: "
            + "pawl rehearse --from \(replay.seed) --seeds 1 --mode \(replay.mode)")
      }
    }
    let report = Simulator.run(replay, subject: subject, narrates: true)
    console.answer(ReplayReport(report))
    return report.violation == nil ? 0 : ExitStatus.internal.rawValue
  }

  /// Shrinks the first failure, shows it, and writes it where it can be brought back from.
  private func explain(
    _ failure: Simulator.Report, _ delivery: RehearsedDelivery, _ console: Console
  ) throws {
    guard let replay = Shrinker.shrink(failure, subject: delivery.subject) else { return }
    let report = Simulator.run(replay, subject: delivery.subject, narrates: true)
    for line in report.timeline.page() { console.remark(Line(line)) }
    let path = "rehearsal-\(failure.seed).replay"
    do {
      try replay.text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw ProcessFailure(
        .inputOutput, "the replay could not be written to \(path): \(error.localizedDescription)",
        advice: "run it where you may write; the seed is \(failure.seed)")
    }
    console.remark(Line("written to \(path); bring it back with: pawl rehearse --replay \(path)"))
  }
}
