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
  /// - Parameter written: those that are going to be written.
  func withRegistry<Answer>(
    _ common: CommonOptions, _ console: Console, to locations: [ImageLocation],
    written: [ImageLocation] = [], platform: ImagePlatform = .current,
    _ body: (OCIRegistry) async throws -> Answer
  ) async throws -> Answer {
    let trust = try ca.map { path throws(ProcessFailure) in try TrustRoots(reading: path) }
    // Nobody has to have a delivery to look into a registry; a file that was named must be there.
    let hasSettings =
      access(common.config, F_OK) == 0 || common.config != CommonOptions.configDefault
    let assembly = hasSettings ? try Assembly(common) : nil
    return try await console.withConnections { connections in
      let source = DockerConfigSource(
        environment: ProcessInfo.processInfo.environment, silence: .isAnonymous)
      var logins = try assembly?.logins(connections) ?? []
      for host in Set(locations.map(\.registry)) where !logins.contains(where: { $0.host == host })
      {
        logins.append(
          RegistryLogin(
            host: host, source: source, isPlainHTTPAllowed: plainHttp, trust: trust))
      }
      return try await body(
        OCIRegistry(
          connections: connections, logins: logins, otherwise: source, written: written,
          platform: platform, remark: { console.remark(Line($0, .quiet)) }))
    }
  }
}

extension OCIRegistry {
  /// Says as whom each registry is written, once, where it is anybody in particular.
  func tellIdentities(at locations: [ImageLocation], on console: Console) async {
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
