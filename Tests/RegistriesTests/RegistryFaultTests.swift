import Capabilities
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// What the adapter makes of a registry, or of something between us and it, that misbehaves.
struct RegistryFaultTests {
  typealias Received = FaultyServer.Received
  typealias Reply = FaultyServer.Reply

  static let repository: RepositoryName = "acme/platform"
  static let commit: Commit = "2222222222222222222222222222222222222222"
  static let image = FixtureImage.release(of: commit).built

  /// Asks a registry that holds ``image`` at `latest` and replies otherwise where `fault` says so.
  func ask<Answer>(
    _ fault: @escaping @Sendable (Received) -> Reply?,
    _ question: (OCIRegistry, ImageLocation) async -> Answer
  ) async throws -> (Answer, [Received]) {
    try await withFaultyServer({ received in
      fault(received)
        ?? received.answered(byRegistryHolding: Self.image, in: Self.repository, at: "latest")
    }) { server in
      let connections = Connections(version: "tests", clock: ManualClock(), fraction: { 1 })
      let answer = await question(
        OCIRegistry(connections: connections),
        ImageLocation(registry: server.host, repository: Self.repository))
      await connections.close()
      return (answer, server.received)
    }
  }

  func inspect(
    _ fault: @escaping @Sendable (Received) -> Reply?
  ) async throws -> (Reading<ImageFacts>, [Received]) {
    try await ask(fault) { registry, location in
      await registry.inspect(location.at("latest" as TagName))
    }
  }

  /// Points `latest` at ``image``; `fault` answers the PUT.
  func point(_ fault: @escaping @Sendable (Received) -> Reply?) async throws
    -> (TagWriteResult, [Received])
  {
    try await ask({ $0.method == "PUT" ? fault($0) : nil }) { registry, location in
      await registry.point(
        TagWrite(location: location, tag: "latest", digest: Self.image.digest))
    }
  }

  static func manifest(
    type: String = image.mediaType, digest: String? = image.digest.text,
    body: [UInt8] = image.bytes
  ) -> Reply {
    var headers = [HTTPHeader("Content-Type", type)]
    if let digest { headers.append(HTTPHeader("Docker-Content-Digest", digest)) }
    return .answer(200, headers: headers, body: body)
  }

  // MARK: Reading

  @Test func `reading asks for every kind of manifest in one line`() async throws {
    let (reading, received) = try await inspect { _ in nil }

    #expect(reading.value?.commit == Self.commit)
    #expect(
      received[0].value(of: "accept")
        == "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
        + "application/vnd.docker.distribution.manifest.list.v2+json, "
        + "application/vnd.docker.distribution.manifest.v2+json")
    #expect(received.map(\.method) == ["GET", "GET"])
  }

  @Test func `what was read once by content is not fetched again`() async throws {
    let ((first, second, moved), received) = try await ask({ _ in nil }) { registry, location in
      let first = await registry.inspect(location.at("latest" as TagName))
      let second = await registry.inspect(location.at("latest" as TagName))
      let moved = await registry.point(
        TagWrite(location: location, tag: "stable", digest: Self.image.digest))
      return (first, second, moved)
    }

    #expect(first == second)
    #expect(moved == .written)
    #expect(received.map(\.method) == ["GET", "GET", "GET", "PUT"])
    #expect(received[3].body == Self.image.bytes)
    #expect(received[3].value(of: "content-type") == Self.image.mediaType)
  }

  @Test func `parameters and case of the content type do not matter`() async throws {
    let (reading, _) = try await inspect { received in
      received.target.hasSuffix("/latest")
        ? Self.manifest(type: "Application/vnd.OCI.image.manifest.v1+json ; charset=utf-8") : nil
    }

    #expect(reading.value?.commit == Self.commit)
  }

  @Test func `a registry that names no digest is asked whether it has what it sent`() async throws {
    let (reading, received) = try await inspect { received in
      received.target.hasSuffix("/latest") ? Self.manifest(digest: nil) : nil
    }

    #expect(reading.value?.digest == Self.image.digest)
    #expect(received.map(\.method) == ["GET", "HEAD", "GET"])
    #expect(received[1].target.hasSuffix("/manifests/\(Self.image.digest)"))
  }

  @Test func `where HEAD is not answered, what a registry has sent without a digest is read again`()
    async throws
  {
    let (reading, received) = try await inspect { received in
      if received.method == "HEAD" { return .answer(405) }
      return received.target.hasSuffix("/latest") ? Self.manifest(digest: nil) : nil
    }

    #expect(reading.value?.digest == Self.image.digest)
    #expect(received.map(\.method) == ["GET", "HEAD", "GET", "GET"])
  }

  @Test func `a registry with digests of another kind is believed by those`() async throws {
    let long = Digest(of: Self.image.bytes, .sha512)
    let (reading, _) = try await inspect { received in
      switch (received.method, received.target.hasSuffix("/latest")) {
      case ("GET", true): Self.manifest(digest: nil)
      case ("HEAD", true): Self.manifest(digest: long.text)
      case ("HEAD", false): .answer(404)
      default: nil
      }
    }

    #expect(reading.value?.digest == long)
  }

  @Test(arguments: [200, 405])
  func `a body altered under a tag is refused although nothing names its digest`(head: Int)
    async throws
  {
    let (reading, received) = try await inspect { received in
      if received.method == "HEAD", head != 200 { return .answer(head) }
      return received.target.hasSuffix("/latest") && received.method == "GET"
        ? Self.manifest(digest: nil, body: Self.image.bytes + [0x20]) : nil
    }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.hasSuffix("altered on its way"))
    #expect(received.count == 3)
  }

  @Test(arguments: [-1, 1_099_511_627_777, Int64.max] as [Int64])
  func `a size that nothing can have is refused with its place`(size: Int64) async throws {
    let text = String(decoding: Self.image.bytes, as: UTF8.self)
    let odd = Array(text.replacing(/"size":\d+/, with: "\"size\":\(size)").utf8)
    let index = Array(
      String(decoding: Self.index(of: Self.image).bytes, as: UTF8.self)
        .replacing(/"size":\d+/, with: "\"size\":\(size)").utf8)
    for (type, body) in [
      (Self.image.mediaType, odd), ("application/vnd.oci.image.index.v1+json", index),
    ] {
      let name = digest(of: body)
      let (result, received) = try await ask({ _ in
        Self.manifest(type: type, digest: name.text, body: body)
      }) { registry, location in
        await registry.copy(
          ImageCopy(digest: name, from: location, to: location, nearby: nil))
      }

      guard case .failed(let unknown) = result else {
        Issue.record("expected a failure, found \(result)")
        return
      }
      #expect(unknown.cause == .malformed)
      #expect(
        unknown.detail.hasSuffix(
          "@\(name): expected sizes from 0 to 1099511627776 bytes, found \(size)"))
      #expect(received.count == 1)
    }
  }

  @Test func `a manifest and a config are read wherever the registry says that they lie`()
    async throws
  {
    try await withFaultyServer({ received in
      guard received.value(of: "authorization") == nil else { return .answer(400) }
      // Some stores send on once more, with a place that is relative to their own.
      return received.target.hasPrefix("/v2/")
        ? .answer(
          302, headers: [HTTPHeader("Location", "../../../../kept/\(received.target.dropFirst(4))")]
        )
        : FaultyServer.Received(
          method: received.method, target: "/v2/" + received.target.dropFirst("/kept/".count),
          headers: received.headers, body: [], before: 0
        ).answered(byRegistryHolding: Self.image, in: Self.repository, at: "latest")
    }) { store in
      try await withFaultyServer({ received in
        guard received.value(of: "authorization") != nil else {
          return .answer(401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"x\"")])
        }
        return .answer(
          307, headers: [HTTPHeader("Location", "\(store.address)\(received.target)")])
      }) { server in
        try await Connections.open(version: "tests") { connections in
          let registry = OCIRegistry(
            connections: connections,
            logins: [try RegistryLogin(server.host, user: "u", password: "p")])
          let location = ImageLocation(registry: server.host, repository: Self.repository)

          let reading = await registry.inspect(location.at("latest" as TagName))

          #expect(reading.value?.commit == Self.commit)
          #expect(
            await registry.digest(of: location.at("latest" as TagName)) == .found(Self.image.digest)
          )
        }
      }
    }
  }

  @Test func `a digest that is answered with another one is not taken for it`() async throws {
    let other = digest(of: [1])
    let (reading, received) = try await ask({ received in
      received.method == "HEAD" ? Self.manifest(digest: other.text) : nil
    }) { registry, location in await registry.digest(of: location.at(Self.image.digest)) }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.hasSuffix("has \(other.short) there"))
    #expect(received.count == 1)
  }

  @Test func `a place that leads to itself is given up`() async throws {
    let (reading, received) = try await inspect { received in
      .answer(307, headers: [HTTPHeader("Location", received.target)])
    }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.contains("one too many"))
    #expect(received.count == 6)
  }

  @Test func `a body altered under a tag is refused although the header names the old digest`()
    async throws
  {
    let (reading, _) = try await inspect { received in
      received.target.hasSuffix("/latest") ? Self.manifest(body: Self.image.bytes + [0x20]) : nil
    }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.hasSuffix("altered on its way"))
  }

  @Test func `a body altered under a digest is refused and never published`() async throws {
    let altered = Self.image.bytes + [0x20]
    let (result, received) = try await ask({ received in
      received.method == "GET"
        ? Self.manifest(digest: digest(of: altered).text, body: altered) : nil
    }) { registry, location in
      await registry.point(
        TagWrite(location: location, tag: "latest", digest: Self.image.digest))
    }

    guard case .refused(let unknown) = result else {
      Issue.record("expected a refusal, found \(result)")
      return
    }
    #expect(unknown.cause == .malformed)
    #expect(received.map(\.method) == ["GET"])
  }

  @Test func `a config that was altered is refused`() async throws {
    let config = Self.image.blobs[0]
    let altered = Array(
      String(decoding: config, as: UTF8.self).replacing("2222", with: "3333").utf8)
    let (reading, _) = try await inspect { received in
      received.target.contains("/blobs/") ? .answer(200, body: altered) : nil
    }

    #expect(altered.count == config.count)
    #expect(try unknown(reading).cause == .malformed)
  }

  @Test(arguments: ["sha256:00", "latest", ""])
  func `a digest header that is none is refused`(text: String) async throws {
    let (reading, _) = try await inspect { _ in Self.manifest(digest: text) }

    #expect(try unknown(reading).cause == .malformed)
  }

  @Test func `a body that calls itself something else than the answer does is refused`()
    async throws
  {
    let (reading, _) = try await inspect { _ in
      Self.manifest(type: "application/vnd.oci.image.index.v1+json")
    }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.contains("announced as"))
  }

  @Test func `schema 1 is refused with what to do`() async throws {
    let (reading, _) = try await inspect { _ in
      Self.manifest(type: "application/vnd.docker.distribution.manifest.v1+prettyjws", digest: nil)
    }

    #expect(try unknown(reading).cause == .unanswerable)
    #expect(try unknown(reading).detail.contains("push it again with a newer tool"))
  }

  @Test func `a manifest that is an index as well is refused`() async throws {
    let both = Array(
      String(decoding: Self.image.bytes, as: UTF8.self)
        .replacing(#""schemaVersion":2"#, with: #""manifests":[],"schemaVersion":2"#).utf8)
    let (reading, _) = try await inspect { _ in Self.manifest(digest: nil, body: both) }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.contains("config and layers alone"))
  }

  @Test(arguments: ["", "not json", "[]", #"{"config":7}"#])
  func `a body that is no manifest is refused`(text: String) async throws {
    let (reading, _) = try await inspect { _ in
      Self.manifest(digest: nil, body: Array(text.utf8))
    }

    #expect(try unknown(reading).cause == .malformed)
  }

  @Test func `a page in place of a manifest is refused`() async throws {
    let (reading, _) = try await inspect { _ in
      .answer(200, headers: [HTTPHeader("Content-Type", "text/html")], body: Array("<p>".utf8))
    }

    #expect(try unknown(reading).detail.hasSuffix("expected a manifest, found type 'text/html'"))
  }

  @Test func `a manifest larger than four mebibytes is refused`() async throws {
    let (reading, _) = try await inspect { _ in
      .truncated(
        200, headers: [HTTPHeader("Content-Type", Self.image.mediaType)], body: [],
        announced: 4 * 1_024 * 1_024 + 1)
    }

    #expect(try unknown(reading).cause == .tooLarge)
  }

  @Test func `an index that lists itself for ever is given up`() async throws {
    // Such an index cannot exist by content, so levels are stacked instead.
    let deep = (0..<4).reduce(Self.image) { inner, _ in Self.index(of: inner) }
    let reading = try await withFaultyServer({ received in
      received.answered(byRegistryHolding: deep, in: Self.repository, at: "latest")
    }) { server in
      try await Connections.open(version: "tests") { connections in
        let location = ImageLocation(registry: server.host, repository: Self.repository)
        return await OCIRegistry(connections: connections).inspect(location.at(deep.digest))
      }
    }

    #expect(try unknown(reading).cause == .unanswerable)
    #expect(try unknown(reading).detail.hasSuffix("within 3 levels of index"))
  }

  static func index(of inner: BuiltManifest...) -> BuiltManifest {
    let type = "application/vnd.oci.image.index.v1+json"
    let entries = inner.map { inner in
      #"{"digest":"\#(inner.digest)","mediaType":"\#(inner.mediaType)","#
        + #""size":\#(inner.bytes.count)}"#
    }.joined(separator: ",")
    let text = #"{"manifests":[\#(entries)],"mediaType":"\#(type)","schemaVersion":2}"#
    return BuiltManifest(bytes: Array(text.utf8), mediaType: type, blobs: [], children: inner)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let status: Int
    let body: String
    let cause: Unknown.Cause

    var testDescription: String { "\(status) \(body)" }
  }

  @Test(arguments: [
    Refusal(status: 401, body: "", cause: .unauthorized),
    Refusal(status: 403, body: #"{"errors":[{"code":"DENIED"}]}"#, cause: .forbidden),
    Refusal(status: 404, body: #"{"errors":[{"code":"UNSUPPORTED"}]}"#, cause: .malformed),
    Refusal(status: 404, body: #"{"errors":[]}"#, cause: .malformed),
    Refusal(status: 400, body: "", cause: .malformed),
    Refusal(status: 429, body: "", cause: .rateLimited),
    Refusal(status: 500, body: "", cause: .serverError),
    Refusal(status: 503, body: "", cause: .serverError),
    Refusal(status: 204, body: "", cause: .malformed),
  ])
  func `a refusal is unknown, never absent`(refusal: Refusal) async throws {
    let (reading, _) = try await inspect { _ in
      .answer(refusal.status, body: Array(refusal.body.utf8))
    }

    #expect(try unknown(reading).cause == refusal.cause)
  }

  @Test(arguments: ["", "<html>", #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#])
  func `a plain 404 is absent`(body: String) async throws {
    let (reading, _) = try await inspect { _ in .answer(404, body: Array(body.utf8)) }

    #expect(reading == .absent)
  }

  @Test func `a refusal shows known codes and none of the registry's text`() async throws {
    let (reading, _) = try await inspect { _ in
      .answer(
        403,
        body: Array(
          #"{"errors":[{"code":"DENIED","message":"planted-text"},{"code":"planted-code"}]}"#.utf8))
    }

    let detail = try unknown(reading).detail
    #expect(detail.hasSuffix("the credential may not do this (DENIED)"))
    #expect(!detail.contains("planted"))
  }

  @Test func `a busy registry is asked again as late as it wants`() async throws {
    let (reading, received) = try await inspect { received in
      received.before < 2 ? .answer(429, headers: [HTTPHeader("Retry-After", "3")]) : nil
    }

    #expect(reading.value?.commit == Self.commit)
    #expect(received.count == 4)
  }

  @Test func `a cut manifest is read again`() async throws {
    let (reading, _) = try await inspect { received in
      received.before == 0
        ? .truncated(200, body: Array(Self.image.bytes.prefix(9)), announced: 900) : nil
    }

    #expect(reading.value?.commit == Self.commit)
  }

  // MARK: Writing

  @Test func `a lost answer to a write is ambiguous and is not sent again`() async throws {
    let (result, received) = try await point { _ in .reset }

    guard case .ambiguous(let unknown) = result else {
      Issue.record("expected an ambiguous write, found \(result)")
      return
    }
    #expect(unknown.cause == .unreachable)
    #expect(received.map(\.method) == ["GET", "PUT"])
  }

  @Test(arguments: [408, 499, 500, 502, 503, 504])
  func `a failure behind the registry's door leaves a write ambiguous`(status: Int) async throws {
    let (result, received) = try await point { _ in .answer(status) }

    guard case .ambiguous = result else {
      Issue.record("expected an ambiguous write, found \(result)")
      return
    }
    #expect(received.count == 2)
  }

  @Test(arguments: [
    (400, Unknown.Cause.malformed), (401, .unauthorized), (403, .forbidden), (404, .malformed),
    (413, .malformed), (429, .rateLimited), (307, .malformed),
  ])
  func `a no is a refusal`(status: Int, cause: Unknown.Cause) async throws {
    let (result, received) = try await point { _ in .answer(status) }

    guard case .refused(let unknown) = result else {
      Issue.record("expected a refusal, found \(result)")
      return
    }
    #expect(unknown.cause == cause)
    // What was asked too fast certainly was not done, and is asked for again.
    #expect(received.count == (status == 429 ? 5 : 2))
  }

  @Test func `a write that comes too fast is sent again as late as the registry wants`()
    async throws
  {
    let (result, received) = try await point { received in
      received.before == 1 ? .answer(429, headers: [HTTPHeader("Retry-After", "3")]) : nil
    }

    #expect(result == .written)
    #expect(received.map(\.method) == ["GET", "PUT", "PUT"])
  }

  @Test func `an acknowledgement of other bytes is ambiguous`() async throws {
    let (result, _) = try await point { _ in
      .answer(
        201, headers: [HTTPHeader("Docker-Content-Digest", digest(of: [1, 2, 3]).text)])
    }

    guard case .ambiguous(let unknown) = result else {
      Issue.record("expected an ambiguous write, found \(result)")
      return
    }
    #expect(unknown.cause == .malformed)
  }

  @Test func `a success that is not a creation is ambiguous`() async throws {
    let (result, _) = try await point { _ in .answer(200) }

    guard case .ambiguous = result else {
      Issue.record("expected an ambiguous write, found \(result)")
      return
    }
  }

  @Test func `an acknowledgement without a digest is checked at the tag`() async throws {
    let (result, received) = try await point { _ in .answer(201) }

    #expect(result == .written)
    #expect(received.map(\.method) == ["GET", "PUT", "HEAD"])
  }

  @Test func `where HEAD does not help, the tag is read`() async throws {
    let (result, received) = try await ask({ received in
      switch received.method {
      case "PUT": .answer(201)
      case "HEAD": .answer(405)
      default: nil
      }
    }) { registry, location in
      await registry.point(
        TagWrite(location: location, tag: "latest", digest: Self.image.digest))
    }

    #expect(result == .written)
    #expect(received.map(\.method) == ["GET", "PUT", "HEAD", "GET"])
  }

  @Test func `an acknowledged tag that points elsewhere is ambiguous`() async throws {
    let (result, _) = try await ask({ received in
      switch received.method {
      case "PUT": .answer(201)
      case "HEAD":
        .answer(
          200, headers: [HTTPHeader("Docker-Content-Digest", digest(of: [1, 2, 3]).text)])
      default: nil
      }
    }) { registry, location in
      await registry.point(
        TagWrite(location: location, tag: "latest", digest: Self.image.digest))
    }

    guard case .ambiguous = result else {
      Issue.record("expected an ambiguous write, found \(result)")
      return
    }
  }

  @Test func `an immutable tag that already points there is written`() async throws {
    let (result, _) = try await point { _ in
      .answer(400, body: Array(#"{"errors":[{"code":"TAG_INVALID"}]}"#.utf8))
    }

    #expect(result == .written)
  }

  @Test func `an immutable tag that points elsewhere is refused`() async throws {
    let (result, _) = try await ask({ received in
      switch received.method {
      case "PUT": .answer(400, body: Array(#"{"errors":[{"code":"TAG_INVALID"}]}"#.utf8))
      case "HEAD": .answer(404)
      default: nil
      }
    }) { registry, location in
      await registry.point(
        TagWrite(location: location, tag: "latest", digest: Self.image.digest))
    }

    guard case .refused(let unknown) = result else {
      Issue.record("expected a refusal, found \(result)")
      return
    }
    #expect(unknown.cause == .forbidden)
    #expect(unknown.detail.hasSuffix("(it may be immutable)"))
  }
}
