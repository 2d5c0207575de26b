import Capabilities
import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// What an index of somebody else's can make us read, and hold in memory.
struct ImageTreeTests {
  static let repository: RepositoryName = "acme/platform"

  /// An index that lists `count` things of `size` bytes each, none of which is there.
  private static func index(of count: Int, size: Int64) -> BuiltManifest {
    let entries = (0..<count).map { number in
      let name = digest(of: Array("\(number)".utf8))
      return
        #"{"digest":"\#(name)","mediaType":"application/vnd.oci.image.manifest.v1+json","size":\#(size)}"#
    }.joined(separator: ",")
    let type = "application/vnd.oci.image.index.v1+json"
    return BuiltManifest(
      bytes: Array(#"{"manifests":[\#(entries)],"mediaType":"\#(type)","schemaVersion":2}"#.utf8),
      mediaType: type, blobs: [], children: [])
  }

  @Test(
    arguments: [
      (257, 400, "at most 256 manifests below it, found more"),
      (9, 4 << 20, "at most 33554432 bytes of manifests below it, found 37748736"),
      (31, 1 << 40, "at most 33554432 bytes of manifests below it, found 34084860461056"),
    ] as [(Int, Int64, String)])
  func `an index that leads to more than is read is refused before any of it is`(
    count: Int, size: Int64, sentence: String
  ) async throws {
    let index = Self.index(of: count, size: size)
    try await withFaultyServer({ received in
      received.answered(byRegistryHolding: index, in: Self.repository, at: "latest")
    }) { server in
      try await Connections.open(version: "tests") { connections in
        let registry = OCIRegistry(connections: connections)
        let location = ImageLocation(registry: server.host, repository: Self.repository)

        let copied = try unknown(
          await registry.copy(
            location.at("latest" as TagName), to: location.at("other" as TagName),
            looksFirst: false,
            isDry: true))

        #expect(copied.cause == .tooLarge)
        #expect(copied.detail.hasSuffix(sentence))
        #expect(server.received.count == 1)
        let judged = try unknown(await registry.inspect(location.at("latest" as TagName)))
        #expect(judged.cause == .tooLarge)
        #expect(server.received.count == 2)
      }
    }
  }

  // MARK: Side by side

  private struct Count {
    var now = 0
    var most = 0
    var begun = 0
  }

  @Test func `no more than the limit is under way at once, and the order stays`() async throws {
    let count = Mutex(Count())
    let values = try await abreast(Array(0..<40), atMost: 3) { number async throws(Unknown) in
      count.withLock { count in
        count.now += 1
        count.most = max(count.most, count.now)
      }
      await Task.yield()
      count.withLock { $0.now -= 1 }
      return number * 2
    }

    #expect(values == (0..<40).map { $0 * 2 })
    #expect(count.withLock { $0.most } <= 3)
  }

  @Test func `nothing more is begun once one has failed`() async {
    let begun = Mutex(0)
    let thrown = await #expect(throws: Unknown.self) {
      try await abreast(Array(0..<40), atMost: 2) { number async throws(Unknown) in
        begun.withLock { $0 += 1 }
        throw Unknown(.malformed, "number \(number)")
      }
    }

    #expect(thrown?.detail == "number 0")
    #expect(begun.withLock(\.self) == 2)
  }
}
