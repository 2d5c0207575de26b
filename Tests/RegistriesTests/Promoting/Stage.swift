import Registries
import TestSupport
import Transport
import Vocabulary

/// Two images, one of them for two platforms, attested and signed; two registries, one of which has its
/// builds copied from the other; one channel over all of it.
struct Stage {
  static let old = Commit(normalized: String(repeating: "1", count: 40))
  static let new = Commit(normalized: String(repeating: "2", count: 40))
  static let names: [ImageName] = ["platform", "platform-tenant"]

  let pushed: MemoryRegistry
  let copied: MemoryRegistry
  /// Hands out the tokens of both registries, where they want any.
  let tokens: MemoryTokens
  let hosts: [RegistryHost]

  static func repository(_ name: ImageName) -> RepositoryName {
    RepositoryName(normalized: "acme/\(name)")
  }

  static func built(_ name: ImageName, _ commit: Commit) -> BuiltManifest {
    // Two releases differ in what their configs say: nothing is sent that makes no difference here.
    var image = FixtureImage.release(of: commit, files: [.init("base", Array("the same".utf8))])
    guard name == names[0] else { return image.built }
    let first = image
    image.architecture = "arm64"
    return FixtureIndex([first, image], attests: true).built
  }

  /// The same images every time; building them takes longer than everything else here.
  static let images: [ImageName: [Commit: BuiltManifest]] = Dictionary(
    uniqueKeysWithValues: names.map { name in
      (name, Dictionary(uniqueKeysWithValues: [old, new].map { ($0, built(name, $0)) }))
    })

  static func image(_ name: ImageName, _ commit: Commit) -> BuiltManifest {
    guard let image = images[name]?[commit] else { preconditionFailure("there are two of each") }
    return image
  }

  /// Starts both registries and runs `body`.
  /// - Parameters:
  ///   - isNew: whether the channel does not exist yet.
  ///   - wantsTokens: whether the registries let in only whoever brings a token.
  ///   - namesDigests: whether they name the digest beside a manifest.
  static func run<Answer>(
    isNew: Bool = false, canRemoveTags: Bool = true, wantsTokens: Bool = false,
    namesDigests: Bool = true, _ body: (Stage, OCIRegistry) async throws -> Answer
  ) async throws -> Answer {
    let pushed = MemoryRegistry(canRemoveTags: canRemoveTags, namesDigests: namesDigests)
    let copied = MemoryRegistry(canRemoveTags: canRemoveTags, namesDigests: namesDigests)
    let tokens = MemoryTokens()
    return try await withFaultyServer(tokens.reply(to:)) { service in
      if wantsTokens {
        for registry in [pushed, copied] { registry.demandTokens(of: service.address) }
      }
      return try await withFaultyServer(pushed.reply(to:)) { first in
        try await withFaultyServer(copied.reply(to:)) { second in
          let stage = Stage(
            pushed: pushed, copied: copied, tokens: tokens, hosts: [first.host, second.host])
          stage.prepare(isNew: isNew)
          return try await stage.withRegistry(body)
        }
      }
    }
  }

  private func withRegistry<Answer>(
    _ body: (Stage, OCIRegistry) async throws -> Answer
  ) async throws -> Answer {
    let connections = Connections(version: "tests", clock: ManualClock(), fraction: { 1 })
    do {
      let credential = try RegistryCredential(
        user: RegistryServer.user, password: Secret(RegistryServer.password), of: "the tests")
      let registry = OCIRegistry(
        connections: connections,
        logins: hosts.map {
          RegistryLogin(
            host: $0, source: GivenCredential(credential, isSentUnasked: false))
        }, written: plan.channels[0].members.map(\.location),
        platform: ImagePlatform(os: "linux", architecture: "amd64"))
      let answer = try await body(self, registry)
      await connections.close()
      return answer
    } catch {
      await connections.close()
      throw error
    }
  }

  private func prepare(isNew: Bool) {
    for name in Self.names {
      let repository = Self.repository(name)
      let tags: [TagName] = isNew ? [] : ["latest"]
      for registry in [pushed, copied] {
        registry.hold(Self.image(name, Self.old), in: repository, tags: tags)
      }
      pushed.hold(
        Self.image(name, Self.new), in: repository,
        tags: [TagName(normalized: "staging-\(Self.new)")])
      // What cosign leaves beside an image; any image will do.
      pushed.hold(
        Self.image(name, Self.old), in: repository,
        tags: [TagName(normalized: "sha256-\(Self.image(name, Self.new).digest.hex).sig")])
    }
  }

  var plan: ReleasePlan {
    Self.plan(
      pushedTo: hosts[0],
      members: Self.names.flatMap { name in
        let places = hosts.map { ImageLocation(registry: $0, repository: Self.repository(name)) }
        return [
          ChannelPlan.Member(image: name, location: places[0], probes: [.upload]),
          ChannelPlan.Member(
            image: name, location: places[1], origin: places[0], probes: [.upload],
            company: .referrers),
        ]
      })
  }

  /// What moves `latest` of all `members` to the builds in one registry.
  static func plan(pushedTo host: RegistryHost, members: [ChannelPlan.Member]) -> ReleasePlan {
    func location(_ name: ImageName) -> ImageLocation {
      ImageLocation(registry: host, repository: repository(name))
    }
    return ReleasePlan(
      releaseSet: ReleaseSet(
        members: names.map { name in
          .init(name: name, builds: [location(name).at(TagName(normalized: "staging-\(new)"))])
        }, source: nil),
      branch: "main",
      channels: [
        ChannelPlan(
          name: "latest", follows: .proven, members: members, previousKept: 5,
          lockDelay: .seconds(1))
      ],
      gates: GatePlan(required: [], timeout: nil),
      rollout: RolloutPlan(
        canary: .none, soak: .zero, batch: .fixed(1), stragglersMax: 0,
        settle: SettleBudget(
          budget: .seconds(1), pauseFirst: .seconds(1), pauseMax: .seconds(1), samples: 1),
        onFailure: .halt, mustFinishAfter: 1),
      tenantImage: names[1], tenantLocation: location(names[1]))
  }

  /// What the channel shows, over all its members.
  enum Shown: Equatable, CustomStringConvertible {
    case all(Commit)
    case none
    case mixed([String])

    var description: String {
      switch self {
      case .all(let commit): "all \(commit.short)"
      case .none: "none"
      case .mixed(let tags): "mixed: " + tags.joined(separator: ", ")
      }
    }
  }

  var shown: Shown {
    let tags = Self.names.flatMap { name in
      [pushed, copied].map { registry -> String in
        let shown = registry.shown(Self.repository(name), "latest")
        let commit = [Self.old, Self.new].first { Self.image(name, $0).digest.text == shown }
        guard let commit else { return shown ?? "nothing" }
        // A tag that leads to content that is not all there is worse than an old one.
        return registry.isWhole(Self.image(name, commit), in: Self.repository(name))
          ? commit.text : "broken \(commit.short)"
      }
    }
    guard let first = tags.first, tags.allSatisfy({ $0 == first }) else { return .mixed(tags) }
    return first == "nothing" ? .none : (try? Commit(parsing: first)).map(Shown.all) ?? .mixed(tags)
  }
}
