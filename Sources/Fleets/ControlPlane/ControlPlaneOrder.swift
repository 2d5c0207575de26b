import FoundationEssentials
import Vocabulary

// One order, as a control plane is told of it. Pure: nothing here sends anything.

struct ControlPlaneOrder: Hashable, Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID

  /// The same for every sending of this order under this leader.
  var key: String { "\(order.tenant.slug) \(effect) \(token) \(order.digest.short)" }

  /// A call of `redeploy-fleet`. Fields keep the names that control planes know.
  struct Body: Hashable, Sendable, Encodable {
    var target_tag: String?
    var target_digest: String?
    var git_sha: String?
    var fencing_token: String?
    var manner: String?
    var only_slugs: [String]?
    var batch_size: Int?
    var soak_seconds: Int?
    var settle_seconds: Int?
    var dry_run = false
    /// Scoped or not, somebody stands behind it.
    let confirm = true

    /// Who would be moved; nobody is.
    static let enumeration = Body(dry_run: true)

    var bytes: [UInt8] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      do { return [UInt8](try encoder.encode(self)) } catch {
        preconditionFailure("it is made of strings, numbers and lists: \(error)")
      }
    }
  }

  /// For a control plane that compares tokens: by digest, and without waiting there for what is looked at
  /// from here.
  func fenced() -> Body {
    Body(
      target_digest: order.digest.text, git_sha: order.commit.text,
      fencing_token: token.description,
      manner: order.manner == .restart ? "restart" : "keep_if_running",
      only_slugs: [order.tenant.slug.text], batch_size: 1, soak_seconds: 0, settle_seconds: 0)
  }

  /// For one that knows tags only.
  func tagged(_ tag: TagName) -> Body {
    Body(
      target_tag: tag.text, only_slugs: [order.tenant.slug.text], batch_size: 1, soak_seconds: 0)
  }
}
