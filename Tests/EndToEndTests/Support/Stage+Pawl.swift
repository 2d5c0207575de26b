import Foundation
import SystemPackage
import TestSupport
import Vocabulary

extension Stage {
  /// What ends a `pawl` that would go on.
  enum Patience: Sendable {
    /// Nothing should: it is ended only so that no test lasts for ever.
    case ample
    /// The same, for runs of many at once.
    case within(seconds: Int)
    /// The kernel takes it away, without a word, at this moment of its life.
    case killed(after: Duration)
    /// The arguments of `timeout`, which alone knows the process and needs no clock of ours.
    fileprivate var arguments: [String] {
      let after: Duration =
        switch self {
        case .ample: .seconds(900)
        case .within(let seconds): .seconds(seconds)
        case .killed(let after): after
        }
      return ["--foreground", "--preserve-status", "--signal=KILL", "\(after / .seconds(1))"]
    }
  }

  /// Runs the real `pawl` on this stage.
  ///
  /// - Parameter delay: what has to pass before it is started.
  func pawl(
    _ arguments: String..., config: String = "pawl.yaml", patience: Patience = .ample,
    delay: Duration = .zero, environment: [String: String] = [:]
  ) async throws -> Ended {
    try await pawl(
      arguments, config: config, patience: patience, delay: delay, environment: environment)
  }

  func pawl(
    _ arguments: [String], config: String = "pawl.yaml", patience: Patience = .ample,
    delay: Duration = .zero, environment more: [String: String] = [:]
  ) async throws -> Ended {
    let command =
      ["timeout"] + patience.arguments + [try Programs.pawl()] + arguments
      + ["--config", path(config)]
    let environment = [
      "HOME": folder.string, "PAWL_ACTOR": "tester", "SWIFT_BACKTRACE": "enable=no",
    ].merging(more) { $1 }
    guard delay > .zero else {
      return try await process(command[0], Array(command.dropFirst()), environment: environment)
    }
    return try await process(
      "sh", ["-c", "sleep \(delay / .seconds(1)); exec \"$@\"", "sh"] + command,
      environment: environment)
  }

  /// What a command answers to programs; it has to succeed.
  func ask<Answer: Decodable>(
    _ question: String..., as type: Answer.Type = Answer.self
  ) async throws -> Answer {
    let verbs = question.joined(separator: " ")
    let ended = try await process(
      "timeout",
      ["900", try Programs.pawl()] + question + ["--json", "--config", path("untouched.yaml")],
      environment: ["HOME": folder.string, "SWIFT_BACKTRACE": "enable=no"])
    guard ended.code == 0 else {
      throw TestFailure("expected 'pawl \(verbs)' to succeed, found \(ended)")
    }
    return try JSONDecoder().decode(type, from: Data(ended.output.utf8))
  }

  /// What the journal alone says: nobody outside is asked.
  func remembered() async throws -> StatusAnswer { try await ask("status", "--no-live") }
}

/// The part of `pawl status --json` that these tests compare.
struct StatusAnswer: Decodable, Sendable {
  struct Release: Decodable, Sendable { let commit: String }
  struct Journal: Decodable, Sendable {
    let entries: Int
    let holds: Bool
  }
  struct Run: Decodable, Sendable {
    struct Tenant: Decodable, Sendable {
      let slug: String
      let status: String
    }
    let id: Int
    let commit: String
    let stage: String
    let tenants: [Tenant]
  }
  struct Tenant: Decodable, Sendable {
    struct Ordered: Decodable, Sendable {
      let commit: String
      let digest: String?
    }
    struct Proof: Decodable, Sendable { let isProof: Bool }
    struct Live: Decodable, Sendable {
      let state: String
      let commit: String?
    }
    let slug: String
    let ordered: Ordered?
    let proof: Proof?
    let live: Live?
    let agrees: Bool?

    /// What the journal holds to be proven of it.
    var proven: String? { proof?.isProof == true ? ordered?.commit : nil }
  }
  struct Channel: Decodable, Sendable {
    let tag: String
    let digest: String?
    let commit: String?
    let agrees: Bool?
  }

  let journal: Journal?
  let leader: String?
  let epoch: Int
  let release: Release?
  let runs: [Run]
  let openIntents: [String]
  let tenants: [Tenant]
  let channels: [Channel]
  let disagreements: [String]
}

/// The part of `pawl history --json` that these tests compare. Newest first.
struct HistoryAnswer: Decodable, Sendable {
  struct Item: Decodable, Sendable {
    let kind: String
    let run: Int?
    let commit: String?
    let conclusion: String?
  }
  let items: [Item]
}
