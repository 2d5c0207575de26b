import Foundation
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

/// What the registry verbs make of bad input, on the real binary: a sentence that says what was expected and
/// found, an exit code, and nothing written.
struct RegistryBadInputTests {
  static let repository: RepositoryName = "acme/platform"
  static let commit: Commit = "2222222222222222222222222222222222222222"
  static let image = FixtureImage.release(of: commit)

  @Test(
    arguments: [
      ("no-host", "host/repository"), ("127.0.0.1:1/UPPER:x", "repository"),
      ("127.0.0.1:1/a@sha256:12", "digest"), ("127.0.0.1:1/a:..", "tag"),
      ("https://127.0.0.1:1/a:b", "host"),
    ])
  func `a reference that cannot be read is refused with what was expected`(
    reference: String, word: String
  ) async throws {
    try await RegistryTool.run { tool in
      for verb in [["digest"], ["inspect"], ["label"], ["tag", "--to", "latest"]] {
        let ended = try await tool.pawl(verb + [reference])
        #expect(ended.code == 64 && ended.says("expected", word), "\(ended)")
      }
      let ended = try await tool.pawl("copy", reference, "127.0.0.1:1/a:b")
      #expect(ended.code == 64 && ended.says("expected", word), "\(ended)")
    }
  }

  @Test func `a host that nobody answers at, or that does not exist, is named`() async throws {
    try await RegistryTool.run { tool in
      let closed = try await tool.pawl("tag", "127.0.0.1:1/a:b", "--to", "c")
      #expect(closed.code == 69 && closed.says("127.0.0.1:1", "connection refused"), "\(closed)")
      let unknown = try await tool.pawl("digest", "registry.invalid/a:b")
      #expect(unknown.code == 69 && unknown.says("registry.invalid"), "\(unknown)")
    }
  }

  @Test func `an authority that nobody knows is not trusted`() async throws {
    try await withRegistry(.privateTLS) { server in
      try await server.push(Self.image, to: Self.repository, tags: ["new"])
      try await RegistryTool.run { tool in
        let plain = try await tool.pawl("digest", "\(server.host)/acme/platform:new")
        #expect(plain.code == 69 && plain.says("if TLS is spoken there"), "\(plain)")
        let other = try tool.write(try await Self.otherAuthority(tool), to: "other.pem")
        let ended = try await tool.pawl(
          "tag", "\(server.host)/acme/platform:new", "--to", "latest", "--ca", other)
        #expect(ended.code == 69 && ended.says("certificate"), "\(ended)")
        #expect(try await server.manifest(Self.repository, "latest") == nil)
      }
    }
  }

  private static func otherAuthority(_ tool: RegistryTool) async throws -> String {
    try await successful(
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-days", "2", "-subj", "/CN=nobody", "-keyout", tool.home.appending("other.key").string)
  }

  @Test func `a repository that is not there is missing, and nothing is written`() async throws {
    try await withRegistry { server in
      try await RegistryTool.run { tool in
        let image = "\(server.host)/no/such:new"
        for arguments in [
          ["digest", image], ["inspect", image], ["label", image],
          ["tag", image, "--to", "latest"],
        ] {
          let ended = try await tool.pawl(arguments)
          #expect(ended.code == 66 && ended.says(image), "\(ended)")
        }
        let copied = try await tool.pawl("copy", image, "\(server.host)/other:new")
        #expect(copied.code == 66 && copied.says(image, "found none"), "\(copied)")
        #expect(try await server.manifest("other", "new") == nil)
      }
    }
  }

  /// Two well-known tools publish what a proxy has altered, with exit code 0.
  @Test(
    arguments: [
      (["label", "NEW"], 69), (["tag", "NEW", "--to", "latest"], 69),
      (["tag", "NEW", "--to", "latest", "--all-or-nothing"], 69),
      (["copy", "NEW", "OTHER"], 69), (["copy", "NEW", "OTHER", "--dry-run"], 69),
    ] as [([String], Int32)], [true, false])
  func `a manifest that was altered on its way is refused and not published`(
    of order: (arguments: [String], code: Int32), namesDigests: Bool
  ) async throws {
    let (arguments, code) = order
    // ECR names a digest in answer to HEAD and none beside the manifest itself.
    let registry = MemoryRegistry(namesDigests: namesDigests)
    registry.hold(Self.image.built, in: Self.repository, tags: ["new"])
    try await withFaultyServer({ received in
      let reply = registry.reply(to: received)
      guard received.method == "GET", received.target.contains("/manifests/"),
        case .answer(let status, let headers, let body) = reply, !body.isEmpty
      else { return reply }
      return .answer(status, headers: headers, body: body + [0x20])
    }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          arguments.map {
            $0.replacing("NEW", with: "\(server.host)/acme/platform:new")
              .replacing("OTHER", with: "\(server.host)/acme/other:new")
          })

        #expect(ended.code == code && ended.says("altered on its way"), "\(ended)")
        #expect(!registry.requests.contains { $0.hasPrefix("PUT") })
      }
    }
  }

  @Test(arguments: ["-1", "9223372036854775807"])
  func `a layer of a size that nothing can have is refused with its place`(size: String)
    async throws
  {
    let registry = MemoryRegistry()
    let right = Self.image.built
    let text = String(decoding: right.bytes, as: UTF8.self)
    let odd = text.replacing(/"size":\d+/, with: "\"size\":\(size)")
    registry.hold(
      BuiltManifest(
        bytes: Array(odd.utf8), mediaType: right.mediaType, blobs: right.blobs, children: []),
      in: Self.repository, tags: ["new"])
    try await withFaultyServer(registry.reply(to:)) { server in
      let image = "\(server.host)/acme/platform:new"
      try await RegistryTool.run { tool in
        for arguments in [
          ["label", image], ["inspect", image], ["tag", image, "--to", "latest"],
          ["copy", image, "\(server.host)/acme/other:new"],
        ] {
          let ended = try await tool.pawl(arguments)
          #expect(ended.code == 69 && ended.says("\(image): expected sizes", size), "\(ended)")
        }
        #expect(!registry.requests.contains { $0.hasPrefix("PUT") })
      }
    }
  }

  @Test func `a manifest over the limit is refused`() async throws {
    try await withFaultyServer({ _ in
      .endless(
        200, headers: [HTTPHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json")],
        piece: [UInt8](repeating: 0x20, count: 1 << 16))
    }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl("label", "\(server.host)/acme/platform:new")
        #expect(ended.code == 69 && ended.says("at most 4194304 bytes"), "\(ended)")
      }
    }
  }

  @Test func `a password that has run out is told from one that is wrong`() async throws {
    try await withFaultyServer({ received in
      guard received.value(of: "authorization") != nil else {
        return .answer(401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"x\"")])
      }
      let text = "Your authorization token has expired. Reauthenticate."
      return .answer(403, body: received.method == "HEAD" ? [] : Array(text.utf8))
    }) { server in
      try await RegistryTool.run(loggedInTo: [server.host]) { tool in
        let ended = try await tool.pawl("digest", "\(server.host)/a:b")
        #expect(ended.code == 69 && ended.says("has run out"), "\(ended)")
      }
    }
  }

  @Test(
    arguments: [
      ("#!/bin/sh\necho rubbish\n", "expected JSON with Username and Secret"),
      ("#!/bin/sh\necho 'a planted secret' >&2\nexit 3\n", "failed for"),
      ("#!/bin/sh\nhead -c 200000 /dev/zero\n", "printed more than 64 KiB"),
    ])
  func `a credential helper that misbehaves is named and not quoted`(
    program: String, sentence: String
  ) async throws {
    try await withRegistry(.password) { server in
      try await RegistryTool.run { tool in
        try await writeProgram(
          program, to: tool.home.appending("docker-credential-odd").string)
        _ = try tool.write(
          #"{"credHelpers": {"\#(server.host)": "odd"}}"#, to: ".docker/config.json")

        let ended = try await tool.pawl(
          ["tag", "\(server.host)/acme/platform:new", "--to", "latest"], searching: tool.home)

        #expect(ended.code == 69 && ended.says("docker-credential-odd", sentence), "\(ended)")
        #expect(!ended.says("planted secret"))
      }
    }
  }
}
