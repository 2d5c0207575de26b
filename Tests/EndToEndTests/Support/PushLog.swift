import Foundation
import TestSupport
import Vocabulary

/// Everything that was pushed to a registry, in order, from the registry's own notifications: no move of a
/// tag escapes it, however short it stood.
struct PushLog: Sendable {
  struct Push: Hashable, Sendable {
    let repository: String
    let tag: String
    let digest: String
  }

  private let server: FaultyServer

  /// The pushes up to one that was made last and is known to be in it.
  func pushes(until last: Push) async throws -> [Push] {
    while true {
      let requests = server.received
      let pushes = try requests.flatMap { try Self.pushes(in: $0.body) }
      if pushes.contains(last) { return pushes }
      await server.waitForRequests(requests.count + 1)
      try Task.checkCancellation()
    }
  }

  /// Runs `body` with the address that a registry has to report to, and what it reports.
  nonisolated(nonsending) static func kept(
    _ body: (PushLog, HTTPAddress) async throws -> Void
  ) async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      try await body(PushLog(server: server), server.address)
    }
  }

  private static func pushes(in body: [UInt8]) throws -> [Push] {
    struct Envelope: Decodable {
      struct Event: Decodable {
        struct Target: Decodable {
          let repository: String
          let digest: String?
          let tag: String?
        }
        let action: String
        let target: Target
      }
      let events: [Event]
    }
    return try JSONDecoder().decode(Envelope.self, from: Data(body)).events.compactMap { event in
      guard event.action == "push", let tag = event.target.tag, let digest = event.target.digest
      else { return nil }
      return Push(repository: event.target.repository, tag: tag, digest: digest)
    }
  }
}
