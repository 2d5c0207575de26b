import Foundation
import TestSupport
import Vocabulary

/// The two images of every commit, made as the demo makes them.
struct Images: Sendable {
  static let source = "https://git.example.com/acme/platform"
  static let platform: RepositoryName = "acme/platform"
  /// What the tenants run.
  static let tenant: RepositoryName = "acme/platform-tenant"
  static let repositories = [platform, tenant]

  let registry: RegistryServer

  static func tag(_ commit: Commit) throws -> TagName { try TagName(parsing: "staging-\(commit)") }

  /// Builds and pushes both images of `commit` with the scripts that people use.
  func build(_ commit: Commit, _ misbehaviour: [String] = []) async throws {
    let program = try await successful(Programs.script("build-tenant"))
    for repository in Self.repositories {
      try await push(
        commit, to: repository,
        ["--program", program] + misbehaviour.flatMap { ["--env", $0] })
    }
  }

  /// Pushes one image as `commit`'s, with further arguments of the script.
  func push(
    _ commit: Commit, to repository: RepositoryName, source: String = Self.source,
    _ arguments: [String]
  ) async throws {
    let ended = try await process(
      Programs.script("push-image"),
      [
        "--registry", registry.host.text, "--repository", repository.text,
        "--tag", Self.tag(commit).text, "--revision", commit.text, "--source", source,
      ] + arguments)
    guard ended.code == 0 else { throw TestFailure("push-image failed with \(ended)") }
  }

  /// Makes the images of further commits from those of `first`, by another configuration over the same
  /// layers: what a build whose layers are all cached would push. Hundreds of commits in seconds.
  func derive(_ others: [(commit: Commit, misbehaviour: [String])], from first: Commit) async throws
  {
    for repository in Self.repositories {
      let base = try await DerivedImage(of: first, in: repository, of: registry)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, other) in others.enumerated() {
          // The registry and the tests share this machine: a few at a time.
          if index >= 8 { try await group.next() }
          group.addTask {
            let image = try base.rebuilt(for: other.commit, other.misbehaviour)
            try await registry.push(image, to: repository, tags: [try Self.tag(other.commit)])
          }
        }
        try await group.waitForAll()
      }
    }
  }
}

/// An image in the registry, taken apart.
private struct DerivedImage: Sendable {
  let commit: Commit
  let manifest: [UInt8]
  let config: [UInt8]

  init(of commit: Commit, in repository: RepositoryName, of registry: RegistryServer) async throws {
    self.commit = commit
    guard let manifest = try await registry.manifest(repository, try Images.tag(commit).text) else {
      throw TestFailure("expected the image of \(commit) in \(repository), found none")
    }
    self.manifest = manifest
    let digest = try JSONDecoder().decode(Manifest.self, from: Data(manifest)).config.digest
    config = try await registry.blob(repository, try Digest(parsing: digest))
  }

  private struct Manifest: Decodable {
    struct Descriptor: Decodable { let digest: String }
    let config: Descriptor
  }

  /// The same layers, for another commit.
  func rebuilt(for other: Commit, _ misbehaviour: [String]) throws -> BuiltManifest {
    // A commit stands in its image as 40 digits and nothing else, so replacing them is enough.
    var text = String(decoding: config, as: UTF8.self).replacing(commit.text, with: other.text)
    for variable in misbehaviour {
      text = text.replacing("\"Env\":[", with: "\"Env\":[\"\(variable)\",")
    }
    let config = Array(text.utf8)
    let old = digest(of: self.config)
    let new = String(decoding: manifest, as: UTF8.self)
      .replacing(old.text, with: digest(of: config).text)
      .replacing("\"size\":\(self.config.count)}", with: "\"size\":\(config.count)}")
    return BuiltManifest(
      bytes: Array(new.utf8), mediaType: "application/vnd.oci.image.manifest.v1+json",
      blobs: [config], children: [])
  }
}
