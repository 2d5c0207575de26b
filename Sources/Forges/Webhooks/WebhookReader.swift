import Foundation
import Vocabulary

extension Webhook {
  /// Checks the signature of a delivery and reads what it hints at. Pure: the same bytes are the same hint.
  ///
  /// Events and fields that are not known are no error: they hint at nothing.
  public init(_ delivery: WebhookDelivery, secrets: WebhookSecrets) throws(WebhookRefusal) {
    guard delivery.body.count <= WebhookDelivery.bodyBytesMax else { throw .tooLarge }
    let message = try delivery.payload(signedBy: secrets)
    guard
      let event = delivery.value(of: "x-gitea-event") ?? delivery.value(of: "x-github-event"),
      !event.isEmpty
    else { throw .withoutEvent }
    let payload: Payload
    do {
      payload = try JSONDecoder().decode(Payload.self, from: Data(message))
    } catch {
      throw .malformed
    }
    self.event = printable(event, charactersMax: 40)
    id = (delivery.value(of: "x-gitea-delivery") ?? delivery.value(of: "x-github-delivery"))
      .map { printable($0, charactersMax: 64) }
    repository = payload.repository?.full_name.flatMap { try? ProjectName(parsing: $0) }
    hints = payload.hints(of: event)
  }
}

extension WebhookDelivery {
  /// The bytes that say what happened, once it is known that a secret signed them.
  ///
  /// Gitea signs the JSON, also where it sends it as a form; GitHub signs the body as it is.
  fileprivate func payload(signedBy secrets: WebhookSecrets) throws(WebhookRefusal) -> [UInt8] {
    let signature = try signature()
    let isForm =
      value(of: "content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
    let message = isForm ? formPayload() : body
    guard secrets.signed(body, signature) || isForm && secrets.signed(message, signature) else {
      throw .wrongSignature
    }
    return message
  }

  /// What `payload=` stands for in a form; empty when there is no such field.
  private func formPayload() -> [UInt8] {
    let name = Array("payload=".utf8)
    let field = body.split(separator: UInt8(ascii: "&")).first { $0.starts(with: name) }
    guard let field else { return [] }
    var decoded: [UInt8] = []
    var left = field.dropFirst(name.count)
    while let byte = left.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = String(decoding: left.prefix(2), as: UTF8.self)
        guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return [] }
        decoded.append(value)
        left = left.dropFirst(2)
      default: decoded.append(byte)
      }
    }
    return decoded
  }
}

/// The few fields of all the events that matter, wherever they stand.
private struct Payload: Decodable {
  struct Repository: Decodable { let full_name: String? }
  struct OfCommit: Decodable {
    let head_sha: String?
    let name: String?
    let status: String?
    let conclusion: String?
  }

  let repository: Repository?
  let ref: String?
  let ref_type: String?
  let sha: String?
  let context: String?
  let state: String?
  let check_run: OfCommit?
  let check_suite: OfCommit?
  let workflow_run: OfCommit?
  let workflow_job: OfCommit?

  private enum CodingKeys: String, CodingKey {
    case repository, ref, ref_type, sha, context, state, check_run, check_suite, workflow_run,
      workflow_job
  }

  /// A field of another shape than usual is a field that says nothing.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func field<Field: Decodable>(_ key: CodingKeys) -> Field? {
      try? container.decodeIfPresent(Field.self, forKey: key)
    }
    repository = field(.repository)
    ref = field(.ref)
    ref_type = field(.ref_type)
    sha = field(.sha)
    context = field(.context)
    state = field(.state)
    check_run = field(.check_run)
    check_suite = field(.check_suite)
    workflow_run = field(.workflow_run)
    workflow_job = field(.workflow_job)
  }

  func hints(of event: String) -> [WebhookHint] {
    switch event {
    case "push": branch.map { [.head($0)] } ?? []
    case "create", "delete": ref_type == "branch" ? branch.map { [.head($0)] } ?? [] : []
    case "status": hints(sha) { .checks($0, told: check(context, state)) }
    case "check_run":
      hints(check_run?.head_sha) {
        .checks($0, told: check(check_run?.name, check_run?.conclusion ?? "pending"))
      }
    // Its runs are told of one by one.
    case "check_suite": []
    case "workflow_run": hints(workflow_run?.head_sha, WebhookHint.runs)
    case "workflow_job": hints(workflow_job?.head_sha, WebhookHint.runs)
    case "package", "registry_package": [.images]
    default: []
    }
  }

  /// `refs/heads/main`, or `main`; nil for a tag.
  private var branch: BranchName? {
    guard let ref, !ref.hasPrefix("refs/tags/") else { return nil }
    let name = ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : ref
    return try? BranchName(parsing: name)
  }

  private func hints(_ sha: String?, _ hint: (Commit) -> WebhookHint) -> [WebhookHint] {
    sha.flatMap { try? Commit(parsing: $0) }.map { [hint($0)] } ?? []
  }

  /// Nil when it is not said, or in words that are not known: then nobody knows what has changed.
  private func check(_ name: String?, _ word: String?) -> Check? {
    guard let context = name.flatMap({ try? ContextName(parsing: $0) }) else { return nil }
    return word.flatMap(Check.State.init(rawValue:)).map { Check(context: context, state: $0) }
  }
}
