import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// Releases of the real `pawl` over a scripted cluster, which it finds through a kubeconfig.
@Suite(.timeLimit(.minutes(5))) struct KubernetesReleaseTests {
  @Test
  func
    `releases go forward, an older one is refused, a dying canary is put back, and a person goes back`()
    async throws
  {
    try await ClusterRelease.run(dying: 3) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: 0)
      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: 2)

      let before = stage.cluster.podsMade
      try await stage.expectDeploy(of: 1, endsWith: 20, says: "refused-behind")
      #expect(stage.cluster.podsMade == before)

      try await stage.expectDeploy(
        of: 3, endsWith: 40, says: "halted-canary", "anna did not come up",
        "its last words: listening", "fatal: crashed at start", "what it ran before runs again")
      try await stage.expectEverything(on: 2)
      // The canary's new pod, beside which the old one stayed, and nobody else's.
      #expect(stage.cluster.podsMade == before + 1)

      let back = try await stage.pawl("rollback", "--reason", "the last release is slow")
      #expect(back.code == 0, "\(back.words)")
      try await stage.expectEverything(on: 0)
      let verified = try await stage.pawl("verify")
      #expect(verified.code == 0, "\(verified.words)")
    }
  }

  @Test
  func
    `a pod whose node says that it runs another image is told, during an order and afterwards`()
    async throws
  {
    try await ClusterRelease.run { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let another = "registry.example.com/acme/platform-tenant@\(MemoryImages.digest("9"))"
      stage.cluster.nodesSay(another, of: stage.digests[1])

      try await stage.expectDeploy(
        of: 1, endsWith: 40, says: "halted-canary", "anna did not come up",
        "was to run \(stage.digests[1].short), and its node says it runs \(another)",
        "what it ran before runs again")
      try await stage.expectEverything(on: 0)

      // One of two pods is made anew, as after the loss of its node, and both name the same commit.
      stage.cluster.nodesSay(another, of: stage.digests[0])
      stage.cluster.loseOnePod(of: "cleo")
      let verified = try await stage.pawl("verify", "--once")

      #expect(verified.code == 42, "\(verified.words)")
      for phrase in [
        "2 of 3 tenants serve", "cleo", "names a commit that it does not run",
        "was to run \(stage.digests[0].short), and its node says it runs \(another)",
      ] { #expect(verified.words.contains(phrase), "\(phrase) in \(verified.words)") }
    }
  }

  @Test
  func
    `a run that was stopped before its first change, and goes on after a newer one, moves nothing`()
    async throws
  {
    try await ClusterRelease.run { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      // Another controller, with an older copy of the journal and no lock in common: only the cluster is left
      // to refuse what it sends.
      try stage.copyJournal(to: "elsewhere")
      let old = Mutex<Int32?>(nil)
      let (changes, change) = AsyncStream<HeldChange>.makeStream(
        bufferingPolicy: .bufferingOldest(1))
      stage.cluster.misbehave { request in
        guard request.method == "PATCH", let id = old.withLock({ $0.take() }) else { return nil }
        kill(id, SIGSTOP)
        return .held { change.yield(HeldChange(request: request, tell: $0)) }
      }
      let run = try stage.start(
        "deploy", "--sha", stage.commits[1].text, config: "elsewhere/pawl.yaml")
      old.withLock { $0 = run.program.pid }
      try run.begin()
      async let said = run.words { change.finish() }
      // Before `said` is waited for, which a stopped process would let wait for ever.
      defer { run.program.send(SIGKILL) }
      guard let held = await changes.first(where: { _ in true }) else {
        Issue.record("expected the old run to change something, found \(await said)")
        return
      }

      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      try await stage.expectDeploy(of: 3, endsWith: 0, says: "promoted")
      let before = stage.cluster.podsMade
      // Only now the cluster gets to see it: over a version that is no more.
      let answer = stage.cluster.reply(to: held.request)
      held.tell(answer)
      run.program.send(SIGCONT)
      let words = await said

      guard case .answer(409, _, _) = answer else {
        Issue.record("expected the cluster to refuse an overtaken change, found \(answer)")
        return
      }
      #expect(stage.cluster.podsMade == before)
      try await stage.expectEverything(on: 3)
      #expect(
        words.contains("token 3.2 was refused: anna has obeyed a newer order (token 5.3)"),
        "\(words)")
      #expect(run.program.wait() != 0)
    }
  }
}

/// A change that is under way to the cluster, and the answer to it.
private struct HeldChange: Sendable {
  let request: FaultyServer.Received
  let tell: @Sendable (FaultyServer.Reply) -> Void
}
