import FoundationEssentials
import Vocabulary

// What the program printed, bytes to an answer. Pure and total: whatever does not read is unknown, never yes.

enum CommandReport {
  /// How much of a reason is kept; the rest is in the log.
  private static let reasonCharactersMax = 200

  private struct Document: Decodable {
    struct Token: Decodable {
      let generation: UInt64
      let epoch: UInt64
    }

    let result: String
    let reason: String?
    let restored: Bool?
    let highest: Token?
  }

  /// - Parameter subject: what is spoken of in messages: the program, and the tenant it was run for.
  static func result(in output: [UInt8], of subject: String) -> RedeployResult {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(output)) else {
      return malformed(
        subject, "one JSON document with 'result'", output.isEmpty ? "nothing" : "something else")
    }
    switch document.result {
    case "restarted": return .restarted
    case "already-there": return .alreadyThere
    case "failed":
      guard let reason = document.reason, !reason.isEmpty, let restored = document.restored else {
        return malformed(subject, "'reason' and 'restored' beside 'failed'", "one of them missing")
      }
      return .failed(printable(reason, charactersMax: reasonCharactersMax), restored: restored)
    case "fenced":
      guard let highest = document.highest else {
        return malformed(subject, "'highest' beside 'fenced'", "none")
      }
      return .fenced(
        highest: FencingToken(
          generation: Generation(highest.generation), epoch: Epoch(highest.epoch)))
    default:
      return malformed(
        subject, "'restarted', 'already-there', 'failed' or 'fenced' as 'result'",
        "'\(printable(document.result, charactersMax: 40))'")
    }
  }

  private static func malformed(
    _ subject: String, _ expected: String, _ found: String
  ) -> RedeployResult {
    .unknown(
      Unknown(.malformed, "\(subject): expected \(expected) on standard output, found \(found)"))
  }
}
