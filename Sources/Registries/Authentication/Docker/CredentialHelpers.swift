import Subprocess
import Synchronization
import SystemPackage
import Transport
import Vocabulary

/// Asks the programs called `docker-credential-…` (docker/docker-credential-helpers, "Development"), each
/// once per registry and process: some of them ask a person, or a slow service.
final class CredentialHelpers: Sendable {
  /// A helper that takes longer waits for something that will not come.
  static let timeMax: Duration = .seconds(30)
  private static let outputBytesMax = 64 * 1_024

  private enum Answer: Sendable {
    case credential(RegistryCredential)
    /// It has none for this registry, which is what it says.
    case nothing
  }

  private struct Document: Decodable {
    let username: String
    let secret: String

    enum CodingKeys: String, CodingKey {
      case username = "Username"
      case secret = "Secret"
    }
  }

  private let timeMax: Duration
  /// The folders they are looked for in; nil means those of this process.
  private let searchPath: String?
  private let answers = Mutex<[String: Result<Answer, Unknown>]>([:])
  private let turnstile = Turnstile()

  init(timeMax: Duration, searchPath: String? = nil) {
    self.timeMax = timeMax
    self.searchPath = searchPath
  }

  /// What the helper called `name` has for `server`; nil when it has nothing.
  func credential(
    for server: String, from name: String
  ) async throws(Unknown) -> RegistryCredential? {
    let key = "\(name) \(server)"
    let answer: Result<Answer, Unknown> = await turnstile.pass {
      if let known = answers.withLock({ $0[key] }) { return known }
      let answer = await ask(name, server)
      answers.withLock { $0[key] = answer }
      return answer
    }
    switch try answer.get() {
    case .credential(let credential): return credential
    case .nothing: return nil
    }
  }

  private func ask(_ name: String, _ server: String) async -> Result<Answer, Unknown> {
    let program = "docker-credential-\(name)"
    let ended = await withTimeLimit(timeMax, on: ContinuousClock()) {
      await self.run(program, asking: server)
    }
    switch ended {
    case nil:
      return .failure(
        Unknown(
          .timedOut,
          "\(program) did not answer for \(server) in time and was ended; run it to see why"
        ))
    case .failure(let unknown): return .failure(unknown)
    case .success(let (code, output)):
      do throws(Unknown) {
        return .success(try Self.read(code, output, program, server))
      } catch {
        return .failure(error)
      }
    }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private func run(
    _ program: String, asking server: String
  ) async -> Result<(code: Int32, output: [UInt8]), Unknown> {
    var options = PlatformOptions()
    // It can be ended with all that it started, and finds no terminal on which to wait for a person.
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    do {
      let result = try await Subprocess.run(
        .name(program), arguments: ["get"],
        environment: searchPath.map { .inherit.updating(["PATH": $0]) } ?? .inherit,
        platformOptions: options, input: HelperInput(server: server),
        output: .bytes(limit: Self.outputBytesMax), error: .discarded)
      guard case .exited(let code) = result.terminationStatus else {
        return .failure(Unknown(.serverError, "\(program) was ended by a signal"))
      }
      return .success((code, result.standardOutput))
    } catch {
      return .failure(Self.unknown(error, program))
    }
  }

  private static func unknown(_ error: any Error, _ program: String) -> Unknown {
    switch (error as? SubprocessError)?.code {
    case .executableNotFound:
      Unknown(
        .unanswerable, "\(program) is not installed or not in PATH; install it or log in anew")
    case .outputLimitExceeded:
      Unknown(.tooLarge, "\(program) printed more than \(outputBytesMax >> 10) KiB")
    default: Unknown(.serverError, "\(program) could not be run")
    }
  }

  private static func read(
    _ code: Int32, _ output: [UInt8], _ program: String, _ server: String
  ) throws(Unknown) -> Answer {
    guard code == 0 else {
      // The one sentence that all of them share, word for word.
      guard String(decoding: output, as: UTF8.self).contains("credentials not found") else {
        throw Unknown(
          .unauthorized, "\(program) failed for \(server) with exit code \(code); run it to see why"
        )
      }
      return .nothing
    }
    guard let document = decoded(Document.self, from: output), !document.secret.isEmpty else {
      throw Unknown(
        .malformed, "\(program): expected JSON with Username and Secret, found something else")
    }
    if document.username == "<token>" {
      return .credential(
        RegistryCredential(
          .identityToken(Secret(document.secret)), identity: "the token of \(program)"))
    }
    do throws(Malformed) {
      return .credential(
        try RegistryCredential(
          user: document.username, password: Secret(document.secret), of: program))
    } catch {
      throw Unknown(.malformed, "\(program) gave no user that can be sent for \(server)")
    }
  }
}

/// What a helper reads: the registry it is asked about.
private struct HelperInput: InputProtocol {
  let server: String

  /// Never throws: when a write fails, Subprocess 1.0.2 forgets to close the pipe and takes the whole process
  /// down for that (`IODescriptor.deinit`).
  func write(with writer: StandardInputWriter) async throws {
    _ = try? await writer.write(Array((server + "\n").utf8))
  }
}
