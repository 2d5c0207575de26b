import ArgumentParser
import Foundation
import Glibc
import Presentation
import Registries
import Transport
import Vocabulary

/// What every registry verb takes.
struct RegistryOptions: ParsableArguments {
  @Flag(help: "Speak HTTP without TLS to registries that are not this machine.")
  var plainHttp = false

  @Option(
    help: ArgumentHelp(
      "Trust the authorities in this PEM file, beside the system's.", valueName: "file"))
  var ca: String?

  /// Opens what leads to the registries of `locations` for the time `body` runs.
  /// - Parameters:
  ///   - written: those that are going to be written.
  ///   - tellsIdentities: whether it is said here as whom each registry is spoken to.
  func withRegistry<Answer>(
    _ common: CommonOptions, _ console: Console, to locations: [ImageLocation],
    written: [ImageLocation] = [], platform: ImagePlatform = .current, tellsIdentities: Bool = true,
    _ body: (OCIRegistry) async throws -> Answer
  ) async throws -> Answer {
    let trust = try ca.map { path throws(ProcessFailure) in try TrustRoots(reading: path) }
    let hosts = Set(locations.map(\.registry))
    let assembly = try delivery(common, console)
    return try await console.withConnections { connections in
      let source = DockerConfigSource(
        environment: ProcessInfo.processInfo.environment, silence: .isAnonymous)
      var logins = try assembly?.logins(connections, to: hosts) ?? []
      for host in hosts where !logins.contains(where: { $0.host == host }) {
        logins.append(
          RegistryLogin(
            host: host, source: source, isPlainHTTPAllowed: plainHttp, trust: trust))
      }
      let registry = OCIRegistry(
        connections: connections, logins: logins, otherwise: source, written: written,
        platform: platform, remark: { console.remark(Line($0, .quiet)) })
      if tellsIdentities { await registry.tellIdentities(at: locations, on: console) }
      return try await body(registry)
    }
  }

  /// The delivery whose logins are used. Nobody has to have one to look into a registry, and a broken
  /// `pawl.yaml` that happens to lie there is left out; a file that was named must be there and right.
  private func delivery(
    _ common: CommonOptions, _ console: Console
  ) throws(ProcessFailure) -> Assembly? {
    guard common.config == CommonOptions.configDefault else { return try Assembly(common) }
    guard access(common.config, F_OK) == 0 else { return nil }
    do throws(ProcessFailure) {
      return try Assembly(common)
    } catch {
      console.remark(
        Line(
          "\(common.config) was left out, and the logins it names with it: \(error.message)",
          .warning))
      return nil
    }
  }
}

extension ImageReference {
  /// What a person has typed, which must name its registry.
  ///
  /// - Throws: ``Malformed`` also when the first part is no host by the rule of Docker: it has no dot and no
  ///   port, and is not `localhost`. Who types that means a repository of Docker Hub.
  init(typed text: String) throws(Malformed) {
    try self.init(parsing: text)
    try registry.refuseIfRepository(in: text, as: Self.noun)
  }
}

extension ImageLocation {
  /// The same for a repository.
  init(typed text: String) throws(Malformed) {
    try self.init(parsing: text)
    try registry.refuseIfRepository(in: text, as: Self.noun)
  }
}

extension RegistryHost {
  fileprivate func refuseIfRepository(in text: String, as noun: String) throws(Malformed) {
    let isHost = self.text.contains(".") || self.text.contains(":") || self.text == "localhost"
    guard !isHost else { return }
    throw Malformed(
      noun: noun, expected: "a registry's host first, such as docker.io/\(text); none is implied",
      found: text)
  }
}

extension OCIRegistry {
  /// Says as whom each registry is spoken to, once, where it is anybody in particular.
  fileprivate func tellIdentities(at locations: [ImageLocation], on console: Console) async {
    var told: Set<RegistryHost> = []
    for location in locations where told.insert(location.registry).inserted {
      do throws(Unknown) {
        guard let identity = try await identity(for: location) else { continue }
        console.remark(Line("\(location.registry): as \(identity)", .quiet))
      } catch {
        // The request that needs the credential tells why it cannot be had.
        continue
      }
    }
  }
}

extension ProcessFailure {
  /// An image that a person named and that is not there.
  init(missing reference: ImageReference) {
    self.init(
      .inputMissing, "expected an image at \(reference), found none",
      advice: "check the tag; a repository that may not be read can look like one that is not there"
    )
  }

  init(registry unknown: Unknown) {
    self.init(
      .unavailable, unknown.description,
      advice: unknown.cause == .unauthorized || unknown.cause == .forbidden
        ? "'pawl registry login-check' tells who you are there and what you may do"
        : "mend that, then run the same command again")
  }
}

extension Reading {
  /// The value, for a verb that cannot go on without it.
  func orFail(_ reference: ImageReference) throws(ProcessFailure) -> Value {
    switch self {
    case .found(let value): return value
    case .absent: throw ProcessFailure(missing: reference)
    case .unknown(let unknown): throw ProcessFailure(registry: unknown)
    }
  }
}
