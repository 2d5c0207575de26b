import Capabilities
import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Registries
@testable import Transport

/// What those who wait for the first one to find out how to sign in have to do with what came of it.
struct WaitingTogetherTests {
  /// A registry, or its token service, that says nothing costs one waiting, whoever waits with it.
  @Test(arguments: [false, true])
  func `those who come at once wait for silence together`(isOfService: Bool) async throws {
    let (limit, tries) = (HeldClock(), Tries())
    try await withFaultyServer({ received in
      isOfService && received.target.hasPrefix("/v2/")
        ? SignInTests.challenge("http://\(received.value(of: "host") ?? "")/token") : .silence
    }) { server in
      let connections = Connections(
        version: "tests", clock: ManualClock(), limitClock: limit, fraction: { 0 },
        watch: { tries.add($0.request.target.path) })
      let registry = OCIRegistry(connections: connections)
      let signIn = registry.client.authorizer.signIn(to: server.host)
      await withTaskGroup(of: Reading<Digest>.self) { group in
        for repository in ["a", "b", "c"] as [RepositoryName] {
          let location = ImageLocation(registry: server.host, repository: repository)
          group.addTask { await registry.digest(of: location.at("latest" as TagName)) }
        }
        while await (isOfService ? signIn.tokens.waitingCount : signIn.first.waitingCount) < 2 {
          await Task.yield()
        }
        limit.release()
        for await reading in group { #expect(reading.cause == .timedOut) }
      }
      await connections.close()
    }

    let (asked, tokens) = (tries.all.filter { $0 != "/token" }, tries.all.filter { $0 == "/token" })
    #expect(asked.count == (isOfService ? 1 : 4))
    #expect(tokens.count == (isOfService ? 4 : 0))
  }

  @Test func `who waited for somebody who was let down goes on alone`() async throws {
    let connections = Connections(version: "tests")
    let signIn = SignIn(
      RegistryLogin(host: "registry.example", source: Anonymous()), announced: [],
      connections: connections, clock: ManualClock())
    let calls = Tries()
    let statuses = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let result = await signIn.perform(.pull("registry.example/a")) { _ in
            let number = calls.add("a")
            guard number == 1 else {
              return .success(HTTPAnswer(status: 200, headers: [], body: []))
            }
            while await signIn.first.waitingCount < 2 { await Task.yield() }
            // An answer came, and was larger than the first one wanted it.
            return .failure(ExchangeFailure(Unknown(.tooLarge, "x"), .answered(status: 200)))
          }
          return try? result.get().status
        }
      }
      var statuses: [Int?] = []
      for await status in group { statuses.append(status) }
      return statuses
    }
    await connections.close()

    #expect(statuses.compactMap(\.self) == [200, 200])
  }
}

private final class Tries: Sendable {
  private let state = Mutex<[String]>([])

  var all: [String] { state.withLock(\.self) }

  /// - Returns: how many there are with this one.
  @discardableResult
  func add(_ path: String) -> Int {
    state.withLock { state in
      state.append(path)
      return state.count
    }
  }
}

extension Reading {
  fileprivate var cause: Unknown.Cause? {
    if case .unknown(let unknown) = self { unknown.cause } else { nil }
  }
}
