import ArgumentParser
import Capabilities
import Decisions
import OrderedCollections
import Presentation
import Settings
import Vocabulary

/// Where channels and pins stand, against what the journal says.
struct DriftCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract:
      "Compare every channel tag and every pin with the journal; --heal puts channels back.",
    discussion: """
      Exits 0 when all agree, 26 when something was moved or is gone, and 25 when that cannot be known. \
      --heal promotes the current release again, under every rule that a promotion has: a tag that somebody \
      has moved to a newer commit, or to an image without a label, goes back only with --allow-backwards \
      and a reason.
      """)

  @OptionGroup var common: CommonOptions
  @Flag(help: "Put the channels back to the current release.") var heal = false
  @OptionGroup var options: RunOptions
  @OptionGroup var overrides: OverrideOptions

  func validate() throws {
    guard heal else {
      if overrides.reason != nil { throw ValidationError("--reason goes with --heal") }
      return
    }
    try overrides.refuseIdleReason()
  }

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let state = try assembly.state()
    let report = try await look(assembly, state, console)
    guard heal, report.isHealable else {
      console.answer(report)
      return report.exitCode
    }
    for line in report.lines() { console.remark(line) }
    guard let current = state.facts.releases.current else {
      throw ProcessFailure(
        .inputMissing, "expected a release in the journal to put the channels back to, found none",
        advice: "release one with pawl deploy")
    }
    let releasing = Releasing(
      extent: .promotion, verb: "drift --heal", options: options, overrides: overrides)
    return try await releasing.perform(common, sha: current.text, console)
  }

  private func look(
    _ assembly: Assembly, _ state: ControlState, _ console: Console
  ) async throws -> DriftReport {
    let channels = assembly.settings.plan(for: .unspecified).channels
    let members = channels.flatMap { channel in channel.members.map { (channel, $0) } }
    let pins = state.pins.values.flatMap(\.self)
    return try await assembly.withOutside { outside in
      await outside.tellIdentities(console)
      async let shown = inParallel(members) { channel, member in
        await outside.registry.inspect(member.location.at(channel.name.tag))
      }
      async let kept = inParallel(pins) { await outside.registry.inspect($0.target) }
      let (tags, held) = (await shown, await kept)
      return DriftReport(
        tags: zip(members, tags).map { (channel: $0.0, member: $0.1, reading: $1) },
        pins: Array(zip(pins, held)), state: state, now: assembly.clock.now())
    }
  }
}
