import ArgumentParser
import Decisions
import Forges
import Foundation
import Glibc
import Presentation
import Settings
import Transport
import Vocabulary

struct WebhookCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Take in one delivery of the forge, from standard input.",
    discussion: """
      For whatever receives webhooks for you: it hands the body to standard input as it came, and the header \
      fields X-GitHub-Event or X-Gitea-Event, and X-Hub-Signature-256 or X-Gitea-Signature. The hook's \
      secret is in PAWL_WEBHOOK_SECRET; while it is being replaced, the old one is in \
      PAWL_WEBHOOK_SECRET_OLD. A delivery proves nothing: a release that it concerns reads again, and \
      the same delivery twice, late or never does no harm.
      """)

  @OptionGroup var common: CommonOptions
  @Option(
    help: ArgumentHelp("A header field, 'Name: value'. Repeatable.", valueName: "field"),
    transform: { try HTTPHeader(line: $0) })
  var header: [HTTPHeader] = []

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let delivery = WebhookDelivery(headers: header, body: try Self.readBody())
    let secrets = try Self.secrets(assembly)
    let webhook: Webhook
    do throws(WebhookRefusal) {
      webhook = try Webhook(delivery, secrets: secrets)
    } catch {
      throw ProcessFailure(
        .inputMissing, "the delivery is not believed: \(error); nothing was changed",
        advice:
          "compare the hook's secret with PAWL_WEBHOOK_SECRET, and hand on the body as it came")
    }
    let read = try assembly.recheck(try Self.hints(webhook, assembly))
    let names = read.map(\.short).joined(separator: ", ")
    console.remark(
      read.isEmpty
        ? Line("\(webhook.event): concerns no release that waits", .quiet)
        : Line("\(webhook.event): the gates of \(names) are read again", .good))
    return ExitStatus.success.rawValue
  }

  /// What is worth reading again, each commit once.
  private static func hints(
    _ webhook: Webhook, _ assembly: Assembly
  ) throws(ProcessFailure) -> [(commit: Commit, told: Check?)] {
    if let about = webhook.repository?.text,
      let own = assembly.settings.source.hosted?.repository.text,
      about != own
    {
      return []
    }
    var hints: [(commit: Commit, told: Check?)] = []
    for hint in webhook.hints {
      switch hint {
      case .checks(let commit, let told): hints.append((commit, told))
      case .runs(let commit): hints.append((commit, nil))
      case .head(let branch) where branch == assembly.settings.source.branch:
        hints += try assembly.commitsUnderWay().map { ($0, nil) }
      case .head, .images: break
      }
    }
    return hints
  }

  private static func secrets(_ assembly: Assembly) throws(ProcessFailure) -> WebhookSecrets {
    let old = Environment.value(of: "PAWL_WEBHOOK_SECRET_OLD").map { Secret($0) }
    let new = try assembly.secret(
      .environment("PAWL_WEBHOOK_SECRET"), what: "the secret of the hook")
    do {
      return try WebhookSecrets([new] + (old.map { [$0] } ?? []))
    } catch {
      throw ProcessFailure(
        .inputMissing, "\(error)", advice: "set PAWL_WEBHOOK_SECRET to the hook's secret")
    }
  }

  private static func readBody() throws(ProcessFailure) -> [UInt8] {
    var body: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while body.count <= WebhookDelivery.bodyBytesMax {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ProcessFailure(
          .inputMissing, "the delivery cannot be read: \(String(cString: strerror(errno)))",
          advice: "hand its body to standard input")
      }
      if count == 0 { break }
      body += buffer[..<count]
    }
    return body
  }
}

extension HTTPHeader {
  /// - Throws: when `line` is not a name, a colon and a value.
  fileprivate init(line: String) throws(ValidationError) {
    let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = sides[0].trimmingCharacters(in: .whitespaces)
    guard sides.count == 2, !name.isEmpty else {
      throw ValidationError("expected 'Name: value', found '\(printable(line, charactersMax: 80))'")
    }
    self.init(name, sides[1].trimmingCharacters(in: .whitespaces))
  }
}
