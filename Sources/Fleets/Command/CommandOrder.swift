import FoundationEssentials
import Vocabulary

// One order, as the program is told of it: words of its command line, and a document on its standard input.
// Pure: nothing here starts anything.

struct CommandOrder: Hashable, Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID

  /// The words of `template` for this order.
  func arguments(_ template: [CommandWord]) -> [String] {
    template.map { $0.filled(value) }
  }

  private func value(_ placeholder: CommandWord.Placeholder) -> String {
    switch placeholder {
    case .slug: order.tenant.slug.text
    case .url: order.tenant.address.text
    case .image: order.image.text
    case .digest: order.digest.text
    case .commit: order.commit.text
    case .generation: "\(token.generation)"
    case .epoch: "\(token.epoch)"
    case .effect: "\(effect.number)"
    }
  }

  /// The same in full, as one JSON document (docs/drivers/fleets/command.md).
  func document() throws(Unknown) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(Document(self)))
    } catch {
      throw Unknown(.unanswerable, "could not write down the order for \(order.tenant.slug)")
    }
  }

  /// Keys may be added; those that are here keep their names and meanings.
  private struct Document: Encodable {
    struct Tenant: Encodable {
      let slug: TenantSlug
      let url: HTTPAddress
      let labels: [String: String]
    }

    struct Token: Encodable {
      let generation: UInt64
      let epoch: UInt64
    }

    let format = 1
    let tenant: Tenant
    let image: String
    let digest: Digest
    let commit: Commit
    let token: Token
    let effect: UInt64
    let manner: String

    init(_ command: CommandOrder) {
      let order = command.order
      tenant = Tenant(
        slug: order.tenant.slug, url: order.tenant.address,
        labels: Dictionary(order.tenant.labels.map { ($0.key, $0.value) }) { first, _ in first })
      image = order.image.text
      digest = order.digest
      commit = order.commit
      token = Token(
        generation: command.token.generation.number, epoch: command.token.epoch.number)
      effect = command.effect.number
      switch order.manner {
      case .restart: manner = "restart"
      case .keepIfRunning: manner = "keep-if-running"
      }
    }
  }
}
