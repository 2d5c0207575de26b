public import Capabilities
import Synchronization
public import Transport
public import Vocabulary

/// Makes the password of a private ECR registry, as `aws ecr get-login-password` does (Amazon ECR API,
/// `GetAuthorizationToken`). One password opens every registry the principal may use.
public final class ECRLogin: CredentialSource {
  private struct Password: Sendable {
    let credential: RegistryCredential
    let age: Stopwatch
  }

  private struct Document: Decodable {
    struct Entry: Decodable { let authorizationToken: String }
    let authorizationData: [Entry]
  }

  /// ECR's passwords are good for twelve hours. The date in the answer is not used: it would be compared
  /// with a clock of ours.
  private static let passwordAgeMax: Duration = .seconds(6 * 3_600)

  let api: ECRAPI
  private let clock: any Clock<Duration>
  private let password = Mutex<Password?>(nil)
  let turnstile = SharedTurnstile<Result<RegistryCredential, Unknown>>()

  public var isSentUnasked: Bool { true }

  /// - Parameters:
  ///   - region: for a host whose name does not say it; nil takes it from the name.
  ///   - wallClock: what the signature is dated with, which AWS wants to within minutes.
  ///   - environment: of this process.
  /// - Throws: ``Malformed`` when neither the name nor `region` says where the registry is, or when
  ///   `AWS_ENDPOINT_URL_ECR` is no web address.
  public init(
    host: RegistryHost, region: String?, keys: AWSKeySource, connections: Connections,
    wallClock: any WallClock, clock: any Clock<Duration> = ContinuousClock(),
    environment: [String: String]
  ) throws(Malformed) {
    let named = ECRHost(host)
    guard let region = region ?? named?.region else {
      throw Malformed(
        noun: "ECR registry",
        expected: "a host such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com, or 'region'",
        found: host.text)
    }
    let override = environment["AWS_ENDPOINT_URL_ECR"].flatMap { $0.isEmpty ? nil : $0 }
    api = ECRAPI(
      address: try HTTPAddress(
        parsing: override ?? "https://" + (named?.api ?? "api.ecr.\(region).amazonaws.com")),
      region: region,
      reader: AWSKeyReader(source: keys, environment: environment, connections: connections),
      wallClock: wallClock)
    self.clock = clock
  }

  public func credential(for location: ImageLocation) async throws(Unknown) -> RegistryCredential? {
    let made = await turnstile.pass {
      if let known = password.withLock(\.self), known.age.elapsed < Self.passwordAgeMax {
        return .success(known.credential)
      }
      do throws(Unknown) {
        let age = Stopwatch(on: clock)
        let credential = try await logIn()
        password.withLock { $0 = Password(credential: credential, age: age) }
        return .success(credential)
      } catch {
        return .failure(error)
      }
    } sharing: { made in
      // It is the same password for everybody, and so is what stands in its way.
      if case .failure = made { made } else { nil }
    }
    return try made.get()
  }

  public func discard(_ credential: RegistryCredential) async {
    password.withLock { $0 = nil }
  }

  private func logIn() async throws(Unknown) -> RegistryCredential {
    let answer = try await api.call("GetAuthorizationToken", Array("{}".utf8))
    guard answer.status == 200 else {
      throw Unknown(
        Unknown.Cause(ecr: answer.status),
        "\(api.address) made no registry password for \(answer.signer) (\(answer.status)); "
          + "it needs ecr:GetAuthorizationToken and a right clock")
    }
    guard let document = decoded(Document.self, from: answer.body),
      let token = document.authorizationData.first?.authorizationToken,
      let pair = text(base64: token), let colon = pair.firstIndex(of: ":"),
      let credential = try? RegistryCredential(
        user: String(pair[..<colon]), password: Secret(String(pair[pair.index(after: colon)...])),
        of: answer.signer)
    else {
      throw Unknown(
        .malformed, "\(api.address): expected a registry password, found something else")
    }
    return credential
  }
}

extension Unknown.Cause {
  /// ECR answers 400 to keys that it does not accept.
  init(ecr status: Int) { self = status == 400 ? .unauthorized : Unknown.Cause(status: status) }
}

extension Timestamp {
  /// `20150830T123600Z` (ISO 8601, basic format), as AWS wants it.
  var compact: String {
    let seconds = description.prefix { $0 != "." && $0 != "Z" }
    return String(seconds.filter { $0 != "-" && $0 != ":" }) + "Z"
  }
}
