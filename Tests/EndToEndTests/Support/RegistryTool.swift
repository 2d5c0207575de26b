import Foundation
import SystemPackage
import TestSupport
import Vocabulary

/// Runs `pawl registry …` as a person would who has no delivery: in a home of its own.
struct RegistryTool: Sendable {
  let home: FilePath

  /// Runs `body` with a home in which somebody has logged in to `hosts`.
  static func run<Answer: Sendable>(
    loggedInTo hosts: [RegistryHost] = [], _ body: (RegistryTool) async throws -> Answer
  ) async throws -> Answer {
    try await withTemporaryDirectory { home in
      let tool = RegistryTool(home: home)
      let pair = Data("\(RegistryServer.user):\(RegistryServer.password)".utf8)
        .base64EncodedString()
      let entries = hosts.map { #""\#($0)": {"auth": "\#(pair)"}"# }.joined(separator: ", ")
      let folder = home.appending(".docker").string
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(#"{"auths": {\#(entries)}}"#.utf8)
        .write(to: URL(fileURLWithPath: folder + "/config.json"))
      return try await body(tool)
    }
  }

  /// Writes a file into the home and says where it is.
  func write(_ text: String, to name: String) throws -> String {
    let path = home.appending(name).string
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  func pawl(_ arguments: String...) async throws -> Ended { try await pawl(arguments) }

  /// - Parameter folder: is searched for programs before all others.
  /// - Parameter workingFolder: is where it is run; nil is where the tests are.
  func pawl(
    _ arguments: [String], searching folder: FilePath? = nil, in workingFolder: FilePath? = nil
  ) async throws -> Ended {
    var environment = ["HOME": home.string, "SWIFT_BACKTRACE": "enable=no"]
    if let folder { environment["PATH"] = "\(folder):/usr/local/bin:/usr/bin:/bin" }
    let start = workingFolder.map { ["env", "-C", $0.string] } ?? []
    return try await process(
      "timeout", ["300"] + start + [try Programs.pawl(), "registry"] + arguments,
      environment: environment)
  }
}
