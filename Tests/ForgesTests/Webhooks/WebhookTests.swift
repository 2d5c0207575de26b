import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Forges

/// Deliveries that real Gitea servers sent, byte for byte, and what GitHub documents.
struct WebhookTests {
  private static let secrets = secrets("s3cr3t")
  private static let commit: Commit = "4e58095a9adf2e89f214f8cd0e62741ca28c7b7e"

  private static func secrets(_ keys: String...) -> WebhookSecrets {
    guard let secrets = try? WebhookSecrets(keys.map { Secret($0) }) else {
      preconditionFailure("these secrets are filled")
    }
    return secrets
  }

  private static func recorded(_ name: String) throws -> WebhookDelivery {
    struct Document: Decodable {
      let headers: [[String]]
      let raw_body: String
    }
    let document = try JSONDecoder().decode(Document.self, from: Fixture.data("\(name).json"))
    return WebhookDelivery(
      headers: document.headers.map { HTTPHeader($0[0], $0[1]) },
      body: Array(document.raw_body.utf8))
  }

  @Test(arguments: [
    ("gitea-1.22.6/webhooks/01-hook-push", "push", [WebhookHint.head("main")]),
    ("gitea-1.25.4/webhooks/02-hook-push", "push", [.head("main")]),
    ("gitea-1.25.4/webhooks-actions/001-push", "push", [.head("main")]),
    ("gitea-1.22.6/webhooks/05-hook-create", "create", [.head("newbranch")]),
    ("gitea-1.25.4/webhooks/11-hook-delete", "delete", [.head("newbranch")]),
    (
      "gitea-1.25.4/webhooks-actions/002-status", "status",
      [.checks(commit, told: Check(context: "CI / test (push)", state: .pending))]
    ),
    (
      "gitea-1.25.4/webhooks-actions/006-workflow_run", "workflow_run", [.runs(commit)]
    ),
    (
      "gitea-1.25.4/webhooks-actions/007-workflow_job", "workflow_job", [.runs(commit)]
    ),
  ])
  func `a delivery hints at what to read again`(
    name: String, event: String, hints: [WebhookHint]
  ) throws {
    let webhook = try Webhook(try Self.recorded(name), secrets: Self.secrets)

    #expect(webhook.event == event)
    #expect(webhook.hints == hints)
    #expect(webhook.repository?.text.hasPrefix("acme/") == true)
    #expect(webhook.id?.count == 36)
  }

  @Test(arguments: ["gitea-1.22.6/webhooks/02-form-push", "gitea-1.25.4/webhooks/03-form-push"])
  func `a form is signed over the document in it`(name: String) throws {
    #expect(try Webhook(try Self.recorded(name), secrets: Self.secrets).hints == [.head("main")])
  }

  @Test(arguments: [
    "gitea-1.22.6/webhooks/03-nosecret-push", "gitea-1.25.4/webhooks/04-nosecret-push",
  ])
  func `a hook without a secret is not believed`(name: String) throws {
    #expect(throws: WebhookRefusal.unsigned) {
      try Webhook(try Self.recorded(name), secrets: Self.secrets)
    }
  }

  @Test func `one changed byte, another secret and a missing signature are refused`() throws {
    let delivery = try Self.recorded("gitea-1.25.4/webhooks/02-hook-push")
    var body = delivery.body
    body[body.count / 2] ^= 1

    #expect(throws: WebhookRefusal.wrongSignature) {
      try Webhook(WebhookDelivery(headers: delivery.headers, body: body), secrets: Self.secrets)
    }
    #expect(throws: WebhookRefusal.wrongSignature) {
      try Webhook(delivery, secrets: Self.secrets("another"))
    }
    let unsigned = delivery.headers.filter { !$0.name.lowercased().contains("signature") }
    #expect(throws: WebhookRefusal.unsigned) {
      try Webhook(WebhookDelivery(headers: unsigned, body: delivery.body), secrets: Self.secrets)
    }
  }

  @Test(arguments: [
    "sha256=", "sha256=zz", "sha1=72267b31e467b04e50d33b2d3bdd18df552d0451", "sha256=00",
  ])
  func `a signature that is none is refused`(signature: String) {
    let delivery = WebhookDelivery(
      headers: [
        HTTPHeader("X-Hub-Signature-256", signature), HTTPHeader("X-GitHub-Event", "push"),
      ],
      body: Array("{}".utf8))

    #expect(throws: signature == "sha256=" ? WebhookRefusal.unsigned : .wrongSignature) {
      try Webhook(delivery, secrets: Self.secrets)
    }
  }

  @Test func `while a secret is replaced both count`() throws {
    let delivery = try Self.recorded("gitea-1.25.4/webhooks/02-hook-push")

    #expect(try Webhook(delivery, secrets: Self.secrets("new", "s3cr3t")).event == "push")
    #expect(try Webhook(delivery, secrets: Self.secrets("s3cr3t", "new")).event == "push")
  }

  @Test func `an empty secret, none, and three are refused when they are set`() {
    for keys in [[], [""], ["a", ""], ["a", "b", "c"]] {
      #expect(throws: Malformed.self) { try WebhookSecrets(keys.map { Secret($0) }) }
    }
  }

  @Test func `GitHub's published example is signed as GitHub says`() {
    let signature: [UInt8] = [
      0x75, 0x71, 0x07, 0xea, 0x0e, 0xb2, 0x50, 0x9f, 0xc2, 0x11, 0x22, 0x1c, 0xce, 0x98, 0x4b,
      0x8a,
      0x37, 0x57, 0x0b, 0x6d, 0x75, 0x86, 0xc2, 0x2c, 0x46, 0xf4, 0x37, 0x9c, 0x8b, 0x04, 0x3e,
      0x17,
    ]

    #expect(
      Self.secrets("It's a Secret to Everybody").signed(Array("Hello, World!".utf8), signature))
  }

  @Test(arguments: [
    (
      #"{"check_run":{"head_sha":"4e58095a9adf2e89f214f8cd0e62741ca28c7b7e"}}"#, "check_run",
      [WebhookHint.checks(commit, told: nil)]
    ),
    (
      #"{"check_suite":{"head_sha":"4e58095a9adf2e89f214f8cd0e62741ca28c7b7e"}}"#, "check_suite", []
    ),
    (#"{"action":"published","registry_package":{}}"#, "registry_package", [.images]),
    (#"{"action":"created","package":{}}"#, "package", [.images]),
    (#"{"ref":"refs/tags/v1"}"#, "push", []),
    (#"{"ref":7,"repository":[]}"#, "push", []),
    (#"{"sha":"4e58"}"#, "status", []),
    (#"{"workflow_run":null}"#, "workflow_run", []),
    ("{}", "an_event_of_tomorrow", []),
  ])
  func `what is not known hints at nothing, and is no error`(
    body: String, event: String, hints: [WebhookHint]
  ) throws {
    let bytes = Array(body.utf8)
    let delivery = signedDelivery(bytes, event: event, secret: "s3cr3t")

    #expect(try Webhook(delivery, secrets: Self.secrets).hints == hints)
  }

  /// The payload examples of octokit/webhooks are somebody else's files and not kept here.
  private static let examples = ProcessInfo.processInfo.environment["GITHUB_WEBHOOK_EXAMPLES"]

  @Test(
    .enabled(
      if: examples != nil,
      "set GITHUB_WEBHOOK_EXAMPLES to a folder of payload examples of octokit/webhooks to read them"
    ))
  func `every example that GitHub's clients are tested with is read`() throws {
    let folder = try #require(Self.examples)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".json")
    }
    var hinted: [String: Int] = [:]
    for name in names.sorted() {
      let event = String(name.prefix { $0 != "." })
      let body = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      let webhook = try Webhook(
        signedDelivery(Array(body), event: event, secret: "s3cr3t"), secrets: Self.secrets)
      hinted[event, default: 0] += webhook.hints.count
    }

    for event in [
      "push", "status", "check_run", "workflow_run", "workflow_job", "package", "registry_package",
    ] {
      #expect(hinted[event, default: 0] > 0, "\(event)")
    }
    for event in ["ping", "check_suite", "deployment"] { #expect(hinted[event] == 0, "\(event)") }
  }

  @Test(arguments: ["", "[]", "null", "{", "\u{0}"])
  func `a signed body that is no JSON object is refused`(body: String) {
    let delivery = signedDelivery(Array(body.utf8), event: "push", secret: "s3cr3t")

    #expect(throws: WebhookRefusal.malformed) { try Webhook(delivery, secrets: Self.secrets) }
  }

  @Test func `without an event it is about nothing`() {
    let delivery = signedDelivery(Array("{}".utf8), event: "", secret: "s3cr3t")

    #expect(throws: WebhookRefusal.withoutEvent) { try Webhook(delivery, secrets: Self.secrets) }
  }
}
