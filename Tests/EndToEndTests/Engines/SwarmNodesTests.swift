import Foundation
import TestSupport
import Testing
import Vocabulary

/// A real swarm of two nodes, each an engine in a network of its own.
@Suite(.timeLimit(.minutes(10)))
struct SwarmNodesTests {
  @Test func `a tenant with a task on each of two nodes goes forward on both`() async throws {
    var layout = Layout(commits: 2)
    layout.tenants = ["anna"]
    try await withStage(layout) { stage in
      let swarm: EngineServer
      switch try EngineServer.swarm(reaching: stage.registry.address.port) {
      case .running(let running): swarm = running
      case .impossible(let why): try Test.cancel("no swarm of two nodes can run here: \(why)")
      }
      let places = swarm.nodes.map { "http://\($0):\(stage.tenants[0].port)" }
      try stage.write(
        stage.settings.replacing(
          "driver: processes",
          with: """
            driver: swarm
                engine: unix://\(swarm.socket)
            """
        ).replacing(stage.tenants[0].url, with: places[0]))
      try makeService(of: stage, on: swarm)
      for place in places { _ = try await buildInfo(of: place) }

      for commit in stage.commits {
        let ended = try await stage.pawl("deploy", "--sha", commit.text)
        #expect(ended.code == 0 && ended.says("promoted"), "\(ended)")
        for place in places {
          let answer = try await buildInfo(of: place)
          #expect(answer.contains(commit.text), "\(place): \(answer)")
        }
      }

      let tasks = try tasks(of: swarm)
      let built = try await stage.built(stage.commits[1])
      let image = "@\(try #require(built.last ?? nil))"
      #expect(Set(tasks.map(\.node)).count == 2 && tasks.count == 2, "\(tasks)")
      #expect(tasks.allSatisfy { $0.state == "running" && $0.image.hasSuffix(image) }, "\(tasks)")
    }
  }

  /// What it answers, once it does.
  private func buildInfo(of place: String) async throws -> String {
    try await successful(
      "curl", "--silent", "--fail", "--retry", "40", "--retry-connrefused", "--retry-delay", "1",
      place + "/buildinfo")
  }

  /// As a person would have made it: two tasks, at one port of their nodes each.
  private func makeService(of stage: Stage, on swarm: EngineServer) throws {
    let image = "\(stage.registry.host)/\(Images.tenant):staging-\(stage.commits[0])"
    let answer = try swarm.ask(
      "POST", "/services/create",
      """
      {"Name": "anna", "Mode": {"Replicated": {"Replicas": 2}},
       "UpdateConfig": {"Parallelism": 1, "Monitor": 1000000000, "Order": "stop-first"},
       "TaskTemplate": {
         "Placement": {"MaxReplicas": 1},
         "ContainerSpec": {"Image": "\(image)", "Env": [
           "PORT=\(stage.tenants[0].port)", "TENANT_SLUG=anna", "TENANT_BIND=any"]},
         "Networks": [{"Target": "host"}]}}
      """)
    guard String(decoding: answer, as: UTF8.self).contains("\"ID\"") else {
      throw TestFailure("expected the swarm to make a service, found another answer")
    }
  }

  private struct RunningTask: Hashable {
    let node: String
    let state: String
    let image: String
  }

  /// Those that the swarm wants to run.
  private func tasks(of swarm: EngineServer) throws -> [RunningTask] {
    struct Task: Decodable {
      struct Status: Decodable { let State: String }
      struct Spec: Decodable { let ContainerSpec: Container }
      struct Container: Decodable { let Image: String }
      let NodeID: String
      let Status: Status
      let Spec: Spec
    }
    let answer = try swarm.ask("GET", "/tasks?filters={\"desired-state\":[\"running\"]}")
    return try JSONDecoder().decode([Task].self, from: answer).map {
      RunningTask(node: $0.NodeID, state: $0.Status.State, image: $0.Spec.ContainerSpec.Image)
    }
  }
}
