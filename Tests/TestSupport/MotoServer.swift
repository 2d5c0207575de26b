import Foundation
import Subprocess
import SystemPackage
import Transport
public import Vocabulary

/// An imitation of AWS that really checks signatures (moto, from PyPI), for the time of one test.
public struct MotoServer: Sendable {
  /// Where its API answers.
  public let address: HTTPAddress
  public let accessKey: String
  public let secretKey: String

  /// What its ECR says every password is.
  public static let user = "AWS"
  public static let password = "123456789012-auth-token"
  /// bcrypt of it, for a registry that is to accept it.
  public static let passwordLine =
    "AWS:$2y$04$abcdefghijklmnopqrstuu/cMn6kFoLFEf9ShbIPSVtJoiKQtizZG"

  private static let program =
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending(".build-tools/moto/bin/moto_server")

  /// It comes from PyPI, which not every machine can reach; tests that need it say so when they are
  /// skipped.
  public static var isInstalled: Bool {
    FileManager.default.isExecutableFile(atPath: program.string)
  }

  /// Starts it on a free port, with one user who may use ECR, runs `body`, and stops it.
  public nonisolated(nonsending) static func run<Answer: Sendable>(
    _ body: (MotoServer) async throws -> Answer
  ) async throws -> Answer {
    // The first three calls need no signature: they make the user whose signatures are checked later.
    let environment = programPath.merging(["INITIAL_NO_AUTH_ACTION_COUNT": "3"]) { $1 }
    return try await Subprocess.run(
      .name("setpriv"),
      arguments: ["--pdeathsig", "TERM", program.string, "-H", "127.0.0.1", "-p", "0"],
      environment: .custom(environment), input: .none, output: .discarded, error: .sequence
    ) { execution in
      let (ports, announce) = AsyncStream<UInt16>.makeStream(bufferingPolicy: .bufferingOldest(1))
      async let log: Void = Self.read(execution.standardError, announcing: announce)
      do {
        guard let port = await ports.first(where: { _ in true }) else {
          throw TestFailure("moto_server ended before it listened")
        }
        let answer = try await Connections.open(version: "tests") { connections in
          let address = try HTTPAddress(parsing: "http://127.0.0.1:\(port)")
          return try await body(try await Self.withUser(at: address, connections))
        }
        try execution.send(signal: .terminate)
        try await log
        return answer
      } catch {
        try? execution.send(signal: .terminate)
        throw error
      }
    }.closureResult
  }

  private static func read(
    _ output: SubprocessOutputSequence, announcing ports: AsyncStream<UInt16>.Continuation
  ) async throws {
    defer { ports.finish() }
    for try await line in output.strings() {
      guard let place = line.firstRange(of: "Running on http://127.0.0.1:") else { continue }
      if let port = UInt16(line[place.upperBound...].prefix { $0.isNumber }) { ports.yield(port) }
    }
  }

  private static func withUser(
    at address: HTTPAddress, _ connections: Connections
  ) async throws -> MotoServer {
    func call(_ form: String) async throws -> String {
      var request = HTTPRequest(.post, RequestTarget(literal: "/"), at: address)
      request.headers = [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")]
      request.authorization = Secret(
        "AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, "
          + "Signature=00")
      request.body = Array((form + "&UserName=pawl&Version=2010-05-08").utf8)
      let answer = try await connections.exchange(
        request, limits: HTTPLimits(bodyBytesMax: 1 << 20, time: .seconds(20))
      ).get()
      guard answer.status == 200 else { throw TestFailure("moto answered \(answer.status)") }
      return String(decoding: answer.body, as: UTF8.self)
    }
    func element(_ name: String, in text: String) throws -> String {
      guard let start = text.firstRange(of: "<\(name)>"),
        let end = text[start.upperBound...].firstRange(of: "</")
      else { throw TestFailure("expected <\(name)> from moto, found none") }
      return String(text[start.upperBound..<end.lowerBound])
    }
    _ = try await call("Action=CreateUser")
    let keys = try await call("Action=CreateAccessKey")
    let policy =
      #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}"#
    let escaped =
      policy.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? policy
    _ = try await call("Action=PutUserPolicy&PolicyName=ecr&PolicyDocument=\(escaped)")
    return MotoServer(
      address: address, accessKey: try element("AccessKeyId", in: keys),
      secretKey: try element("SecretAccessKey", in: keys))
  }
}
