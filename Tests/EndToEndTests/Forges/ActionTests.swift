import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// `action.yml`: the script of its only step, run as a runner runs it.
@Suite(.timeLimit(.minutes(5)))
struct ActionTests {
  private static func script() throws -> String {
    let text = try String(
      contentsOfFile: GuideWorkflowTests.root.appending("action.yml").string, encoding: .utf8)
    let parts = text.components(separatedBy: "      run: |\n")
    try #require(parts.count == 2, "the action has one step that runs something")
    return parts[1].split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.dropFirst(8)) }.joined(separator: "\n")
  }

  private static func run(_ inputs: [String: String], on stage: Stage) async throws -> Ended {
    try stage.write(try script(), to: "step.sh")
    let commit = stage.commits[1].text
    let environment = [
      "HOME": stage.folder.string, "PAWL_ACTOR": "tester", "SWIFT_BACKTRACE": "enable=no",
      "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit, "GITHUB_OUTPUT": stage.path("output"),
      "PAWL_PROGRAM": try Programs.pawl(), "PAWL_CONFIG": stage.path("pawl.yaml"),
      "PAWL_ACCEPT": "",
    ]
    return try await process(
      "bash", ["-e", stage.path("step.sh")], environment: environment.merging(inputs) { $1 })
  }

  @Test func `the step deploys the commit of the job, and hands on how it ended`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      let first = try await Self.run(["PAWL_COMMAND": "deploy"], on: stage)
      let again = try await Self.run(["PAWL_COMMAND": "deploy", "PAWL_ACCEPT": "noop"], on: stage)

      #expect(first.code == 0, "\(first)")
      #expect(again.code == 0, "\(again)")
      let output = try String(contentsOfFile: stage.path("output"), encoding: .utf8)
      #expect(output.contains("outcome=promoted\n"))
      #expect(output.contains("outcome=noop\n"))
      #expect(output.contains("candidate=\(stage.commits[1])\n"))
      try await stage.expectEverything(on: stage.commits[1])
    }
  }

  @Test func `inputs are words and never text of the script`() async throws {
    try await withStage(Layout(commits: 2, built: 0)) { stage in
      let command = "gate\n\n  \nlist\n--sha\n$(touch \(stage.path("injected")))"
      let ended = try await Self.run(["PAWL_COMMAND": command], on: stage)

      #expect(ended.code != 0)
      #expect(ended.says("$(touch"), "\(ended)")
      #expect(!FileManager.default.fileExists(atPath: stage.path("injected")))
    }
  }
}
