import Registries
import TestSupport
import Testing
import Transport
import Vocabulary

/// Promotions of two images through two real registries, however one signs in to them: every digest is kept,
/// of channels that are begun and of channels that move.
struct RealPromotionTests {
  enum Access: String, Sendable, CaseIterable { case anonymous, password, tokens, privateAuthority }

  /// Two platforms and an attestation for each.
  private static func image(_ name: ImageName, _ commit: Commit) -> BuiltManifest {
    FixtureIndex(
      ["amd64", "arm64"].map { architecture in
        var image = FixtureImage.release(
          of: commit, files: [.init("\(name)-\(architecture)", Array("built".utf8))])
        image.layers.insert([.init("base", Array("the same in every release".utf8))], at: 0)
        image.architecture = architecture
        return image
      }, attests: true
    ).built
  }

  @Test(arguments: Access.allCases, [false, true])
  func `a promotion over two registries keeps every digest`(
    access: Access, isNew: Bool
  ) async throws {
    try await withServer(access) { first, firstLogin in
      try await withServer(access) { second, secondLogin in
        let ground = Ground(first: first, second: second)
        for name in Stage.names {
          try await first.push(
            Self.image(name, Stage.new), to: Stage.repository(name),
            tags: [TagName(normalized: "staging-\(Stage.new)")])
          guard !isNew else { continue }
          for (server, location) in ground.places(of: name) {
            try await server.push(
              Self.image(name, Stage.old), to: location.repository, tags: ["latest"])
          }
        }

        try await Connections.open(version: "tests") { connections in
          let registry = OCIRegistry(
            connections: connections, logins: [firstLogin, secondLogin],
            written: ground.plan.channels[0].members.map(\.location),
            platform: ImagePlatform(os: "linux", architecture: "amd64"))
          var promoter = Promoter(registry)
          #expect(await promoter.promote(Stage.new, ground.plan) == .promoted)
          #expect(await promoter.promote(Stage.new, ground.plan) == .noop)
        }

        for name in Stage.names {
          for (server, location) in ground.places(of: name) {
            try await expectWhole(Self.image(name, Stage.new), at: location.repository, of: server)
            guard !isNew else { continue }
            let old = Self.image(name, Stage.old).digest
            let pin = try await server.manifest(
              location.repository, "latest-prev-1-\(old.short)")
            #expect(pin.map { digest(of: $0) } == old)
          }
        }
      }
    }
  }

  private func expectWhole(
    _ image: BuiltManifest, at repository: RepositoryName, of server: RegistryServer
  ) async throws {
    #expect(try await server.manifest(repository, "latest") == image.bytes)
    for child in image.children {
      #expect(try await server.manifest(repository, child.digest.text) == child.bytes)
      for blob in child.blobs {
        #expect(try await server.blob(repository, digest(of: blob)) == blob)
      }
    }
  }

  /// Starts a registry with one way in, and hands out the way.
  private func withServer<Answer: Sendable>(
    _ access: Access, _ body: (RegistryServer, RegistryLogin) async throws -> Answer
  ) async throws -> Answer {
    switch access {
    case .anonymous:
      try await withRegistry { server in
        try await body(server, RegistryLogin(host: server.host, source: Anonymous()))
      }
    case .password:
      try await withRegistry(.password) { server in
        try await body(
          server,
          try RegistryLogin(
            server.host, user: RegistryServer.user, password: RegistryServer.password))
      }
    case .tokens:
      try await withTokenRegistry { server, _ in
        let credential = try RegistryCredential(
          user: RegistryServer.user, password: Secret(RegistryServer.password), of: "the tests")
        return try await body(
          server,
          RegistryLogin(
            host: server.host, source: GivenCredential(credential, isSentUnasked: false)))
      }
    case .privateAuthority:
      try await withRegistry(.privateTLS) { server in
        let authority = try #require(server.authority)
        return try await body(
          server,
          RegistryLogin(
            host: server.host, source: Anonymous(),
            trust: try TrustRoots(pem: authority, file: "ca.pem")))
      }
    }
  }
}

/// Each image in three places: where it is pushed, in another repository of that registry, and in another
/// registry.
private struct Ground {
  let first: RegistryServer
  let second: RegistryServer

  func places(of name: ImageName) -> [(RegistryServer, ImageLocation)] {
    let released = RepositoryName(normalized: "released/\(name)")
    return [
      (first, ImageLocation(registry: first.host, repository: Stage.repository(name))),
      (first, ImageLocation(registry: first.host, repository: released)),
      (second, ImageLocation(registry: second.host, repository: Stage.repository(name))),
    ]
  }

  var plan: ReleasePlan {
    Stage.plan(
      pushedTo: first.host,
      members: Stage.names.flatMap { name in
        let places = places(of: name).map(\.1)
        return [ChannelPlan.Member(image: name, location: places[0])]
          + places.dropFirst().map {
            ChannelPlan.Member(
              image: name, location: $0, origin: places[0], probes: [.upload], company: .referrers)
          }
      })
  }
}
