import TestSupport
import Testing
import Transport
import Vocabulary

/// What other tests rely on.
struct RegistryServerTests {
  @Test func `a program that is missing is named, with what installs it`() async throws {
    let failure = await #expect(throws: TestFailure.self) {
      try await requireInstalled("no-such-registry")
    }

    #expect(
      failure?.description
        == "these tests need the program 'no-such-registry', and it is not installed; "
        + "`make setup` installs it")
  }

  @Test func `a registry has ended when its test has`() async throws {
    let (address, digest) = try await withRegistry { server in
      (
        server.address,
        try await server.push(OCIRegistryTests.image(OCIRegistryTests.newer), to: "acme/ended")
      )
    }

    let target = try #require(RequestTarget("/v2/acme/ended/manifests/\(digest)"))
    try await Connections.open(version: "tests") { connections in
      let result = await connections.exchange(
        HTTPRequest(.get, target, at: address),
        limits: HTTPLimits(bodyBytesMax: 1 << 16, time: .seconds(20)))
      // Somebody else's may have its port by now.
      #expect((try? result.get())?.status != 200)
    }
  }

  @Test func `the failure of a test comes through, and the registry ends all the same`()
    async throws
  {
    await #expect(throws: TestFailure.self) {
      try await withRegistry { _ in throw TestFailure("the test's own") }
    }
  }

  @Test func `the same image is the same bytes every time`() {
    let commit: Commit = "2222222222222222222222222222222222222222"
    let images = (0..<2).map { _ in
      FixtureImage.release(of: commit, source: "x", files: [.init("a/b", [1, 2, 3])]).built
    }

    #expect(images[0].bytes == images[1].bytes)
    #expect(images[0].blobs == images[1].blobs)
  }
}
