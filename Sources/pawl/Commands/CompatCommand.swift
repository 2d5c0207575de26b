import ArgumentParser
import Control
import Foundation
import Glibc
import Presentation
import Transport
import Vocabulary

struct CompatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compat", abstract: "Take the place of scripts that pawl replaces.",
    subcommands: [ProdAutoDeploy.self])

  struct ProdAutoDeploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prod-auto-deploy",
      abstract: "Behave as prod-auto-deploy.py: its variables, files and exit codes.",
      discussion: """
        plan | assert-enabled | wait-ci | check-superseded | rollout --plan FILE --response FILE. \
        See docs/reference/compat.md.
        """)

    /// Taken as they are: the helper has exit codes of its own for what it does not understand.
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() async throws {
      let code = await Connections.using { connections in
        await CompatHelper(connections: connections).run(arguments)
      }
      guard code == 0 else { throw ExitCode(code) }
    }
  }
}

extension Connections {
  /// Opens connections for the time of `body`, which cannot fail.
  fileprivate static func using<Answer>(
    silenceMax: Duration = Connections.silenceMax, _ body: (Connections) async -> Answer
  ) async -> Answer {
    let connections = Connections(version: Version.text, silenceMax: silenceMax)
    let answer = await body(connections)
    await connections.close()
    return answer
  }
}

/// The reference helper: prints what it printed, and ends as it ended.
struct CompatHelper {
  private static let failed: Int32 = 1
  private static let usage: Int32 = 2
  private static let stillLatest: Int32 = 10

  let connections: Connections
  private let environment = CompatEnvironment {
    Environment.value(of: $0)
  } isSet: {
    getenv($0) != nil
  }

  init(connections: Connections) { self.connections = connections }

  private var gates: CompatGates {
    CompatGates(
      environment: environment, connections: connections, clock: SystemClock(), say: Self.say)
  }

  /// Lines of our own only: what others wrote never begins one.
  private static let say: @Sendable (String) -> Void = { write($0 + "\n", to: STDERR_FILENO) }

  func run(_ arguments: [String]) async -> Int32 {
    do throws(CompatFailure) {
      switch arguments.first {
      case "plan" where arguments.count == 1:
        let plan = try CompatPlan(environment)
        write(
          String(decoding: ControlPlaneCaller.json(plan), as: UTF8.self) + "\n", to: STDOUT_FILENO)
      case "assert-enabled" where arguments.count == 1: try await gates.assertEnabled()
      case "wait-ci" where arguments.count == 1: try await gates.waitForChecks()
      case "check-superseded" where arguments.count == 1:
        guard let newer = await gates.newerHead() else { return Self.stillLatest }
        write(newer.text + "\n", to: STDOUT_FILENO)
      case "rollout":
        guard let files = Files(arguments.dropFirst()) else { return explain() }
        return try await roll(files)
      default: return explain()
      }
      return 0
    } catch {
      Self.say(WorkflowCommand.annotation(.error, title: "prod-auto-deploy", error.sentence))
      return Self.failed
    }
  }

  private func explain() -> Int32 {
    Self.say(
      "usage: pawl compat prod-auto-deploy plan|assert-enabled|wait-ci|check-superseded|"
        + "rollout --plan FILE --response FILE")
    return Self.usage
  }

  private struct Files {
    var plan = ""
    var response = ""

    init?(_ arguments: ArraySlice<String>) {
      var left = arguments
      while let option = left.popFirst() {
        guard let value = left.popFirst() else { return nil }
        switch option {
        case "--plan": plan = value
        case "--response": response = value
        default: return nil
        }
      }
      guard !plan.isEmpty, !response.isEmpty else { return nil }
    }
  }

  /// The response is written however it ends: whoever reads it must not find that of an earlier roll.
  private func roll(_ files: Files) async throws(CompatFailure) -> Int32 {
    let response: CompatRollout.Response
    do throws(CompatFailure) { response = try await rolled(files.plan) } catch {
      response = CompatRollout.Response(error)
    }
    let data = Data(ControlPlaneCaller.json(response))
    guard FileManager.default.createFile(atPath: files.response, contents: data) else {
      throw CompatFailure(
        "\(files.response) cannot be written; \(response.error ?? "the rollout is done")")
    }
    if let error = response.error { throw CompatFailure(error) }
    return 0
  }

  private func rolled(_ file: String) async throws(CompatFailure) -> CompatRollout.Response {
    let plan = try read(file)
    guard plan.enabled, let body = plan.body, let url = plan.cp_url,
      let address = try? HTTPAddress(parsing: url)
    else {
      throw CompatFailure("\(file): expected an enabled plan with 'body' and 'cp_url'")
    }
    if let objection = plan.objection { throw CompatFailure("\(file): expected \(objection)") }
    let token = try environment.required("CP_ADMIN_API_TOKEN")
    if !body.dry_run, environment.text("GITEA_TOKEN") == nil {
      Self.say(
        WorkflowCommand.annotation(
          .warning, title: "unguarded rollout",
          "expected GITEA_TOKEN, found it unset: neither \(CompatEnvironment.killSwitch) nor the head of "
            + "the branch is looked at again before each order"))
    }
    let alarms = Alarms(clock: ContinuousClock())
    // A control plane says nothing while it moves a batch.
    let silenceMax = Duration.seconds(plan.rollout_http_timeout ?? 600)
    return await Connections.using(silenceMax: silenceMax) { patient in
      await CompatRollout(
        plan: plan, body: body,
        caller: ControlPlaneCaller(
          address: address, token: Secret(token), connections: patient, alarms: alarms),
        gates: gates, alarms: alarms, say: Self.say
      ).run()
    }
  }

  private func read(_ path: String) throws(CompatFailure) -> CompatPlan {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CompatFailure("expected the plan in \(path), found no such file")
    }
    do { return try JSONDecoder().decode(CompatPlan.self, from: data) } catch {
      throw CompatFailure("\(path): expected what 'plan' prints, found something else")
    }
  }
}
