import Foundation
import Transport
import Vocabulary

/// Where the keys of the AWS principal are. One place, named by a person; a chain that goes on until it
/// finds some other principal is how a job ends up acting as the machine it runs on.
public enum AWSKeySource: Hashable, Sendable {
  /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary keys, `AWS_SESSION_TOKEN`.
  case environment
  /// A profile of `~/.aws/credentials` or `~/.aws/config`.
  case profile(String)
  /// The role of an ECS task or EKS pod.
  case container
  /// The role of an EC2 instance.
  case instance
}

extension AWSKeySource: CustomStringConvertible {
  public var description: String {
    switch self {
    case .environment: "the environment"
    case .profile(let name): "the profile '\(name)'"
    case .container: "the container's role"
    case .instance: "the instance's role"
    }
  }
}

/// Reads the keys where an ``AWSKeySource`` says they are.
struct AWSKeyReader: Sendable {
  let source: AWSKeySource
  let environment: [String: String]
  let connections: Connections

  private static let answerBytesMax = 64 * 1_024

  func keys() async throws(Unknown) -> AWSKeys {
    switch source {
    case .environment: try environmentKeys()
    case .profile(let name): try AWSProfiles(environment: environment).keys(of: name)
    case .container: try await containerKeys()
    case .instance: try await instanceKeys()
    }
  }

  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func environmentKeys() throws(Unknown) -> AWSKeys {
    guard let accessKey = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY")
    else {
      throw Unknown(
        .unauthorized,
        "expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, found "
          + "\(value("AWS_ACCESS_KEY_ID") == nil ? "no key" : "no secret")")
    }
    return AWSKeys(
      accessKey: accessKey, secretKey: Secret(secret),
      sessionToken: value("AWS_SESSION_TOKEN").map { Secret($0) })
  }

  // MARK: Roles

  private struct RoleDocument: Decodable {
    let accessKey: String
    let secretKey: String
    let token: String?

    enum CodingKeys: String, CodingKey {
      case accessKey = "AccessKeyId"
      case secretKey = "SecretAccessKey"
      case token = "Token"
    }
  }

  /// ECS and EKS hand the role out at an address of the host ("Container credential provider").
  private func containerKeys() async throws(Unknown) -> AWSKeys {
    let text: String
    if let relative = value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      text = "http://169.254.170.2" + relative
    } else if let full = value("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      text = full
    } else {
      throw Unknown(
        .unauthorized,
        "expected AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI, found neither; "
          + "is this a container with a role?")
    }
    guard let (address, target) = HTTPRequest.split(text) else {
      throw Unknown(
        .malformed, "expected a web address for the container's role, found another text")
    }
    let isOfHost = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(address.host)
    guard address.isSecure || address.isLoopback || isOfHost else {
      throw Unknown(.forbidden, "\(address): expected an address of this host, or https")
    }
    var request = HTTPRequest(.get, target, at: address)
    request.authorization = try containerAuthorization()
    return try await role(request)
  }

  private func containerAuthorization() throws(Unknown) -> Secret<String>? {
    guard let file = value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") else {
      return value("AWS_CONTAINER_AUTHORIZATION_TOKEN").map { Secret($0) }
    }
    guard let data = FileManager.default.contents(atPath: file), data.count <= Self.answerBytesMax,
      let text = String(bytes: data, encoding: .utf8)
    else {
      throw Unknown(
        .unauthorized, "expected a token in the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    }
    return Secret(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
  }

  /// EC2 hands the role out in three steps ("Use IMDSv2"). The first version of the service, which a
  /// redirected request could reach, is not spoken to.
  private func instanceKeys() async throws(Unknown) -> AWSKeys {
    let text = value("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
    guard let address = try? HTTPAddress(parsing: text) else {
      throw Unknown(.malformed, "AWS_EC2_METADATA_SERVICE_ENDPOINT: expected a web address")
    }
    var opening = HTTPRequest(.put, RequestTarget(literal: "/latest/api/token"), at: address)
    opening.headers = [HTTPHeader("X-aws-ec2-metadata-token-ttl-seconds", "300")]
    let token = try await self.text(opening)
    func question(_ path: String) throws(Unknown) -> HTTPRequest {
      guard
        let target = RequestTarget("/latest/meta-data/iam/security-credentials/" + path)
      else { throw Unknown(.malformed, "\(address): expected the name of a role, found another") }
      var request = HTTPRequest(.get, target, at: address)
      request.headers = [HTTPHeader("X-aws-ec2-metadata-token", token)]
      return request
    }
    let name = try await self.text(try question(""))
    return try await role(try question(name))
  }

  private func role(_ request: HTTPRequest) async throws(Unknown) -> AWSKeys {
    let body = try await answer(request)
    guard let document = decoded(RoleDocument.self, from: body) else {
      throw Unknown(.malformed, "\(request): expected the keys of a role, found something else")
    }
    return AWSKeys(
      accessKey: document.accessKey, secretKey: Secret(document.secretKey),
      sessionToken: document.token.map { Secret($0) })
  }

  private func text(_ request: HTTPRequest) async throws(Unknown) -> String {
    let line = String(decoding: try await answer(request), as: UTF8.self)
      .split(whereSeparator: \.isNewline).first
    guard let line, line.utf8.allSatisfy({ (0x21...0x7E) ~= $0 }) else {
      throw Unknown(.malformed, "\(request): expected one line of text")
    }
    return String(line)
  }

  private func answer(_ request: HTTPRequest) async throws(Unknown) -> [UInt8] {
    var request = request
    request.repetition = .freely
    // It never leaves this host.
    request.plainHTTP = .anywhere
    let limits = HTTPLimits(
      bodyBytesMax: Self.answerBytesMax, attempt: .seconds(2), total: .seconds(8), retry: .reads)
    switch await connections.exchange(request, limits: limits) {
    case .failure(let failure): throw failure.unknown
    case .success(let answer):
      guard answer.status == 200 else { throw answer.unknown(to: request) }
      return answer.body
    }
  }
}
