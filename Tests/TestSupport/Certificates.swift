import Foundation
import Subprocess
public import SystemPackage

/// Keys and certificates that live as long as a test.
enum Certificates {
  struct Pair: Sendable {
    let key: String
    let certificate: String
    let keyFile: FilePath
    let certificateFile: FilePath
  }

  /// A key and its own certificate for this machine and `names`, good for two days: at once an authority, a
  /// server's and a token service's.
  static func selfSigned(
    in directory: FilePath, name: String = "pair", for names: [String] = ["tenant.example.test"]
  ) async throws -> Pair {
    let keyFile = directory.appending("\(name).key")
    let certificateFile = directory.appending("\(name).pem")
    try await openSSL([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
      "2",
      "-subj", "/CN=pawl tests", "-addext",
      "subjectAltName=IP:127.0.0.1,DNS:localhost" + names.map { ",DNS:\($0)" }.joined(),
      "-keyout", keyFile.string, "-out", certificateFile.string,
    ])
    return Pair(
      key: try text(keyFile), certificate: try text(certificateFile), keyFile: keyFile,
      certificateFile: certificateFile)
  }

  private static func openSSL(_ arguments: [String]) async throws {
    try await requireInstalled("openssl")
    let result = try await run(
      .name("openssl"), arguments: Arguments(arguments), environment: .custom(programPath),
      output: .discarded, error: .string(limit: 64 << 10))
    guard result.terminationStatus.isSuccess else {
      throw TestFailure("openssl failed: \(result.standardError)")
    }
  }

  private static func text(_ file: FilePath) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.string)), as: UTF8.self)
  }
}

/// An authority that has signed nothing.
public enum TestAuthority {
  public static func other(in directory: FilePath) async throws -> [UInt8] {
    Array(try await Certificates.selfSigned(in: directory, name: "other").certificate.utf8)
  }
}
