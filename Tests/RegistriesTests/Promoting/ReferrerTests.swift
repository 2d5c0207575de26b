import Registries
import TestSupport
import Testing
import Transport
import Vocabulary

/// What refers to an image is brought to where the image was copied, as far as that goes, and told.
struct ReferrerTests {
  static let repository: RepositoryName = "acme/platform"
  static let image = Stage.image("platform-tenant", Stage.new)
  /// Any image will do for a signature.
  static let signature = Stage.image("platform-tenant", Stage.old)
  static let list = TagName(normalized: "sha256-\(image.digest.hex)")
  static let cosign = TagName(normalized: "sha256-\(image.digest.hex).sig")

  /// Brings what refers to ``image`` from one registry in memory to another.
  private func bring(
    from source: MemoryRegistry, to target: MemoryRegistry, listing listed: [BuiltManifest] = [],
    listsThere: Bool = false
  ) async throws -> (BroughtReferrers, from: RegistryHost, to: RegistryHost) {
    let entries = listed.map {
      #"{"mediaType": "\#($0.mediaType)", "digest": "\#($0.digest)", "size": \#($0.bytes.count)}"#
    }.joined(separator: ",")
    @Sendable func lists(_ entries: String) -> FaultyServer.Reply {
      .answer(200, body: Array(#"{"schemaVersion": 2, "manifests": [\#(entries)]}"#.utf8))
    }
    return try await withFaultyServer({ received in
      received.target.contains("/referrers/") && !listed.isEmpty
        ? lists(entries) : source.reply(to: received)
    }) { first in
      try await withFaultyServer({ received in
        received.target.contains("/referrers/") && listsThere
          ? lists("") : target.reply(to: received)
      }) { second in
        try await Connections.open(version: "tests") { connections in
          let order = ReferrerCopy(
            digest: Self.image.digest,
            from: ImageLocation(registry: first.host, repository: Self.repository),
            to: ImageLocation(registry: second.host, repository: Self.repository))
          return (
            await OCIRegistry(connections: connections).bringReferrers(order), first.host,
            second.host
          )
        }
      }
    }
  }

  @Test func `where there is nothing nothing is brought and nothing is wrong`() async throws {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    source.hold(Self.image, in: Self.repository)

    let (brought, _, _) = try await bring(from: source, to: target)

    #expect(brought == BroughtReferrers(brought: [], complaints: []))
    #expect(source.requests.count == 5)
    #expect(target.requests.isEmpty)
  }

  @Test func `what the registry lists is listed under a tag where the other one lists nothing`()
    async throws
  {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    source.hold(Self.signature, in: Self.repository)

    let (brought, _, to) = try await bring(from: source, to: target, listing: [Self.signature])

    #expect(target.isWhole(Self.signature, in: Self.repository))
    #expect(target.shown(Self.repository, Self.list) != nil)
    #expect(
      brought.brought == [
        "\(to)/acme/platform@\(Self.signature.digest)", "\(to)/acme/platform:\(Self.list)",
      ])
    #expect(brought.complaints == [])
  }

  @Test func `a registry that lists referrers itself is given no list`() async throws {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    source.hold(Self.signature, in: Self.repository)

    _ = try await bring(from: source, to: target, listing: [Self.signature], listsThere: true)

    #expect(target.isWhole(Self.signature, in: Self.repository))
    #expect(target.shown(Self.repository, Self.list) == nil)
  }

  /// A registry in memory whose list of referrers has pages of one; `next` is the link after the first.
  private func bringPaged(
    _ pages: [BuiltManifest], next: @escaping @Sendable (String) -> String, last: Bool = true
  ) async throws -> (BroughtReferrers, MemoryRegistry) {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    for page in pages { source.hold(page, in: Self.repository) }
    let brought = try await withFaultyServer({ received in
      guard received.target.contains("/referrers/") else { return source.reply(to: received) }
      let query = received.target.split(separator: "?").dropFirst().first.map(String.init) ?? "0"
      guard let number = Int(query.replacing("last=", with: "")) else { return .answer(400) }
      let page = pages[min(number, pages.count - 1)]
      let entry =
        #"{"mediaType":"\#(page.mediaType)","digest":"\#(page.digest)","size":\#(page.bytes.count)}"#
      let isLast = last && number + 1 >= pages.count
      return .answer(
        200,
        headers: isLast
          ? [] : [HTTPHeader("Link", "<\(next("last=\(number + 1)"))>; rel=\"next\"")],
        body: Array(#"{"schemaVersion":2,"manifests":[\#(entry)]}"#.utf8))
    }) { first in
      try await withFaultyServer({ target.reply(to: $0) }) { second in
        try await Connections.open(version: "tests") { connections in
          await OCIRegistry(connections: connections).bringReferrers(
            ReferrerCopy(
              digest: Self.image.digest,
              from: ImageLocation(registry: first.host, repository: Self.repository),
              to: ImageLocation(registry: second.host, repository: Self.repository)))
        }
      }
    }
    return (brought, target)
  }

  @Test(arguments: ["", "/v2/acme/platform/referrers/x"])
  func `a list is read to its last page`(path: String) async throws {
    let other = Stage.image("platform", Stage.old)

    let (brought, target) = try await bringPaged(
      [Self.signature, other], next: { "\(path)?\($0)" })

    #expect(brought.complaints == [])
    #expect(target.isWhole(Self.signature, in: Self.repository))
    #expect(target.isWhole(other, in: Self.repository))
  }

  @Test func `a list without an end is given up, and that is told`() async throws {
    let (brought, target) = try await bringPaged([Self.signature], next: { "?\($0)" }, last: false)

    #expect(target.isWhole(Self.signature, in: Self.repository))
    #expect(brought.complaints.count == 1)
    #expect(
      brought.complaints.first?.hasSuffix(
        "there are more referrers than 10 pages list; they were left") == true)
  }

  @Test func `a list that goes on at another host is not followed, and that is told`() async throws
  {
    let (brought, target) = try await bringPaged(
      [Self.signature], next: { "http://127.0.0.2:1/?\($0)" }, last: false)

    #expect(target.isWhole(Self.signature, in: Self.repository))
    #expect(brought.complaints.count == 1)
    #expect(
      brought.complaints.first?.hasSuffix("the next page is said to be at another host") == true)
  }

  @Test func `a list under a tag is brought with what it names, and what is there stays listed`()
    async throws
  {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    let other = Stage.image("platform", Stage.old).children[0]
    source.hold(Self.listing(Self.signature), in: Self.repository, tags: [Self.list])
    target.hold(Self.listing(other), in: Self.repository, tags: [Self.list])

    let (brought, _, _) = try await bring(from: source, to: target)

    #expect(brought.complaints == [])
    #expect(target.isWhole(Self.signature, in: Self.repository))
    let shown = try #require(target.shown(Self.repository, Self.list))
    let text = String(decoding: target.bytes(Self.repository, shown) ?? [], as: UTF8.self)
    #expect(text.contains(other.digest.text) && text.contains(Self.signature.digest.text))
    #expect(text.contains(#""annotations":{"kept":"whole"}"#) && text.contains(#""data":"e30=""#))
  }

  @Test func `a signature that shows something else already is left and told`() async throws {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    let other = Stage.image("platform", Stage.old)
    source.hold(Self.signature, in: Self.repository, tags: [Self.cosign])
    target.hold(other, in: Self.repository, tags: [Self.cosign])

    let (brought, _, to) = try await bring(from: source, to: target)

    #expect(brought.brought == [])
    #expect(
      brought.complaints == [
        "\(to)/acme/platform:\(Self.cosign): shows \(other.digest.short) already, which was left"
      ])
    #expect(target.shown(Self.repository, Self.cosign) == other.digest.text)
  }

  @Test func `what cannot be brought is told, and the rest is`() async throws {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    source.hold(Self.signature, in: Self.repository, tags: [Self.cosign])
    let missing = Stage.image("platform", Stage.old)

    let (brought, from, to) = try await bring(
      from: source, to: target, listing: [missing, Self.signature])

    #expect(brought.complaints.count == 1)
    #expect(brought.complaints[0].hasPrefix("\(from)/acme/platform@\(missing.digest): "))
    #expect(brought.brought.contains("\(to)/acme/platform:\(Self.cosign)"))
  }

  private static func listing(_ manifest: BuiltManifest) -> BuiltManifest {
    let type = "application/vnd.oci.image.index.v1+json"
    let text = """
      {"schemaVersion":2,"mediaType":"\(type)","manifests":[{"mediaType":"\(manifest.mediaType)",\
      "digest":"\(manifest.digest)","size":\(manifest.bytes.count),"data":"e30="}],\
      "annotations":{"kept":"whole"}}
      """
    return BuiltManifest(
      bytes: Array(text.utf8), mediaType: type, blobs: [], children: [manifest])
  }
}
