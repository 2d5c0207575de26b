import ArgumentParser
import Control
import Fleets
import Presentation
import Server
import Settings
import Vocabulary

/// Serves the redeploy API over the fleet of pawl.yaml.
struct ControlPlaneCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "control-plane",
    abstract: "Serve the redeploy API over this fleet: orders in, moved and proven tenants out.",
    discussion: """
      Orders carry a fencing token; one that was overtaken is refused by the tenant's driver and moves \
      nothing. Every order obeys the kill switch, pins and taints of the journal. Ends on SIGTERM or SIGINT, \
      after the tenants that are being moved.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("Where to listen, on this machine.", valueName: "host:port"))
  var listen = "127.0.0.1:8810"
  @Option(
    help: ArgumentHelp(
      "Who may do what: lines of a name, roles (read, deploy, rollback, admin) and sha256:HASH of the token.",
      valueName: "file"))
  var tokens: String
  @Option(
    help: "What an order without a version means: newest-proven or refuse.",
    transform: { try choice($0) })
  var withoutVersion = OrderPolicy.WithoutVersion.newestProven
  @Option(
    help: "What becomes of an order without a token, for no proven release: refuse or number.",
    transform: { try choice($0) })
  var unfenced = OrderPolicy.Unfenced.refuse

  func perform(_ console: Console) async throws -> Int32 {
    let (host, port) = try address()
    let assembly = try Assembly(common)
    let access = try accessList()
    return try await assembly.withOutside { outside in
      do {
        let plane = try await ControlPlane(parts(assembly, outside, console))
        try await ControlPlaneServer(plane, for: access, at: host, port: port).run()
      } catch let unknown as Unknown {
        throw ProcessFailure(unanswered: "what this control plane was doing before", unknown)
      } catch {
        throw ProcessFailure(
          .unavailable, "expected to listen on \(listen), found that impossible: \(error)",
          advice: "name another address with --listen")
      }
      return ExitStatus.success.rawValue
    }
  }

  /// Tokens are sent in the clear to whoever listens there, so only this machine may.
  private func address() throws -> (String, UInt16) {
    let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let port = UInt16(parts[1]),
      let address = try? HTTPAddress(parsing: "http://\(parts[0]):\(max(port, 1))"),
      address.isLoopback
    else {
      throw ValidationError(
        "expected --listen with an address of this machine such as 127.0.0.1:8810, found "
          + "'\(printable(listen, charactersMax: 80))'; put a proxy that speaks TLS in front of it")
    }
    return (String(parts[0]), port)
  }

  private func accessList() throws(ProcessFailure) -> AccessList {
    let text = try TextFile.read(
      tokens, what: "the list of tokens", advice: "docs/reference/control-plane.md shows one")
    do throws(AccessList.Fault) {
      return try AccessList(text: text)
    } catch {
      throw ProcessFailure(
        .settings, "\(tokens) cannot be used: \(error)",
        advice: "docs/reference/control-plane.md shows how it is written")
    }
  }

  private func parts(
    _ assembly: Assembly, _ outside: Outside, _ console: Console
  ) -> ControlPlane.Parts {
    let settings = assembly.settings
    let alarms = Alarms(clock: ContinuousClock())
    let watch = JournalWatch(assembly)
    return ControlPlane.Parts(
      fleet: outside.fleet,
      runner: EffectRunner(
        forge: outside.forge, registry: outside.registry, fleet: outside.fleet, alarms: alarms,
        jitter: { UInt64.random(in: .min ... .max) }),
      registry: outside.registry, forge: outside.forge, journal: { await watch.state() },
      image: settings.fleet.image.name,
      location: settings.fleet.image.build.location(in: settings.fleet.registry.host),
      channels: settings.channels.map(\.name), settle: settings.rollout.settle,
      policy: OrderPolicy(withoutVersion: withoutVersion, unfenced: unfenced),
      files: KeptFiles(folder: assembly.path(settings.fleet.state) + "/control-plane"),
      alarms: alarms, clock: assembly.clock, say: { console.remark(Line($0, .quiet)) })
  }
}

/// One of a few words.
private func choice<Choice: RawRepresentable<String> & CaseIterable>(
  _ text: String
) throws -> Choice {
  guard let choice = Choice(rawValue: text) else {
    let words = Choice.allCases.map(\.rawValue).joined(separator: " or ")
    throw ValidationError("expected \(words), found '\(printable(text, charactersMax: 40))'")
  }
  return choice
}
