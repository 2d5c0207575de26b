import Testing
import Transport
import Vocabulary

@testable import Fleets

/// A tenant whose name has several addresses is all that answers there.
struct InstanceTests {
  private static let first = address(127, 0, 0, 5)
  private static let second = address(127, 0, 0, 6)
  private static let version6 = IPAddress([UInt8](repeating: 0, count: 15) + [1])
  private static let old: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let new: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
  private static let refused = Observation.unreachable(
    Unknown(.unreachable, "connection refused"))

  private static func address(_ bytes: UInt8...) -> IPAddress? { IPAddress(bytes) }

  private func joined(_ looks: [(IPAddress?, Observation)]) throws -> Observation {
    Observation(joining: try looks.map { InstanceLook(try #require($0), $1) })
  }

  @Test func `all have to serve the commit and be well`() throws {
    #expect(
      try joined([(Self.first, .running(Self.new)), (Self.second, .running(Self.new))])
        == .running(Self.new))
    #expect(
      try joined([(Self.first, .running(Self.new)), (Self.second, .unhealthy(Self.new))])
        == .unhealthy(Self.new))
  }

  @Test func `instances that differ are no proof of either commit, and it is said who serves what`()
    throws
  {
    let seen = try joined([(Self.second, .running(Self.new)), (Self.first, .running(Self.old))])

    #expect(
      seen
        == .unidentified(
          "its addresses differ: 127.0.0.5 serves \(Self.old.short), 127.0.0.6 serves \(Self.new.short)"
        ))
  }

  @Test func `one that does not answer is not made up for by another`() throws {
    let seen = try joined([(Self.first, .running(Self.new)), (Self.second, Self.refused)])

    #expect(
      seen == .unreachable(Unknown(.unreachable, "at 127.0.0.6: connection refused")))
  }

  @Test func `one that names no commit is named`() throws {
    let seen = try joined([
      (Self.first, .running(Self.new)), (Self.second, .unidentified("git_sha is empty")),
    ])

    #expect(seen == .unidentified("127.0.0.6: git_sha is empty"))
  }

  @Test func `where a version of the protocol leads nowhere the other one decides`() throws {
    #expect(
      try joined([(Self.version6, Self.refused), (Self.first, .running(Self.new))])
        == .running(Self.new))
    #expect(
      try joined([(Self.version6, .running(Self.new)), (Self.first, Self.refused)])
        == .running(Self.new))
  }

  @Test func `a version that half of it reaches is not left out`() throws {
    let seen = try joined([
      (Self.version6, .running(Self.new)), (Self.first, Self.refused),
      (Self.second, .running(Self.new)),
    ])

    #expect(seen == .unreachable(Unknown(.unreachable, "at 127.0.0.5: connection refused")))
  }

  @Test func `nobody answering is unreachable`() throws {
    let seen = try joined([(Self.version6, Self.refused), (Self.first, Self.refused)])

    guard case .unreachable(let unknown) = seen else {
      Issue.record("\(seen)")
      return
    }
    #expect(unknown.detail.hasSuffix(": connection refused"))
  }

  @Test func `every address is asked for both pages, in every look`() async throws {
    let pages = Pages(of: [try #require(Self.first), try #require(Self.second)])

    let seen = await BuildInfoProber(fetch: pages).observe("http://tenant.example.test")

    #expect(seen == .running(Self.new))
    #expect(
      await pages.asked.sorted() == [
        "127.0.0.5 /buildinfo", "127.0.0.5 /health", "127.0.0.6 /buildinfo", "127.0.0.6 /health",
      ])
  }

  @Test func `more addresses than can be asked are refused`() async throws {
    let many = try (0..<17).map { try #require(IPAddress([127, 0, 1, $0])) }
    let pages = Pages(of: many)

    let seen = await BuildInfoProber(fetch: pages).observe("http://tenant.example.test")

    #expect(
      seen
        == .unreachable(
          Unknown(
            .unanswerable,
            "http://tenant.example.test: expected at most 16 addresses, found 17: name the instances as "
              + "tenants of their own")))
    #expect(await pages.asked.isEmpty)
  }

  /// Answers the new commit, whoever is asked, and notes who was.
  private actor Pages: HTTPFetch {
    let addresses: [IPAddress]
    private(set) var asked: [String] = []

    init(of addresses: [IPAddress]) { self.addresses = addresses }

    func instances(of address: HTTPAddress) -> Result<[IPAddress], Unknown> { .success(addresses) }

    func get(
      _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
      timeMax: TimeSpan
    ) -> Result<FetchedPage, Unknown> {
      let path = address.text.dropFirst("http://tenant.example.test".count)
      asked.append("\(instance.map { "\($0)" } ?? "any") \(path)")
      let body = Array(#"{"git_sha": "\#(InstanceTests.new)"}"#.utf8)
      return .success(FetchedPage(status: 200, body: body))
    }
  }
}
