import FoundationEssentials
import Vocabulary

/// What the body of an order says, field by field. A field that is not known is refused: a misspelt
/// `only_slugs` would otherwise mean everybody.
struct RedeployBody: Hashable, Sendable, Decodable {
  var targetTag: String?
  var targetDigest: String?
  var gitSHA: String?
  var fencingToken: String?
  var manner: String?
  var canarySlug: String?
  var soakSeconds: Int64?
  var batchSize: Int?
  var maxStragglers: Int?
  var settleSeconds: Int64?
  var dryRun: Bool?
  var confirm: Bool?
  var onlySlugs: [String]?

  enum Field: String, CodingKey, CaseIterable {
    case targetTag = "target_tag"
    case targetDigest = "target_digest"
    case gitSHA = "git_sha"
    case fencingToken = "fencing_token"
    case manner
    case canarySlug = "canary_slug"
    case soakSeconds = "soak_seconds"
    case batchSize = "batch_size"
    case maxStragglers = "max_stragglers"
    case settleSeconds = "settle_seconds"
    case dryRun = "dry_run"
    case confirm
    case onlySlugs = "only_slugs"

    /// Those that concern more than one tenant. `confirm` says that somebody stands behind it, which may be
    /// said of one tenant too.
    static let ofFleets: [Field] = [
      .canarySlug, .soakSeconds, .batchSize, .maxStragglers, .onlySlugs,
    ]
  }

  init() {}

  init(from decoder: any Decoder) throws {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where Field(rawValue: key.stringValue) == nil {
      throw Refusal(
        400,
        "unknown field '\(printable(key.stringValue, charactersMax: 60))': expected some of "
          + Field.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let fields = try decoder.container(keyedBy: Field.self)
    targetTag = try fields.decodeIfPresent(String.self, forKey: .targetTag)
    targetDigest = try fields.decodeIfPresent(String.self, forKey: .targetDigest)
    gitSHA = try fields.decodeIfPresent(String.self, forKey: .gitSHA)
    fencingToken = try fields.decodeIfPresent(String.self, forKey: .fencingToken)
    manner = try fields.decodeIfPresent(String.self, forKey: .manner)
    canarySlug = try fields.decodeIfPresent(String.self, forKey: .canarySlug)
    soakSeconds = try fields.decodeIfPresent(Int64.self, forKey: .soakSeconds)
    batchSize = try fields.decodeIfPresent(Int.self, forKey: .batchSize)
    maxStragglers = try fields.decodeIfPresent(Int.self, forKey: .maxStragglers)
    settleSeconds = try fields.decodeIfPresent(Int64.self, forKey: .settleSeconds)
    dryRun = try fields.decodeIfPresent(Bool.self, forKey: .dryRun)
    confirm = try fields.decodeIfPresent(Bool.self, forKey: .confirm)
    onlySlugs = try fields.decodeIfPresent([String].self, forKey: .onlySlugs)
  }

  /// Reads a body; no bytes are no fields.
  static func read(_ bytes: [UInt8]) throws(Refusal) -> RedeployBody {
    guard !bytes.isEmpty else { return RedeployBody() }
    do {
      return try JSONDecoder().decode(RedeployBody.self, from: Data(bytes))
    } catch let refusal as Refusal {
      throw refusal
    } catch DecodingError.typeMismatch(_, let context) {
      throw Refusal(400, "the field '\(path(context))' has another type than it should have")
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      throw Refusal(400, "the field '\(path(context))' holds a number that cannot be taken")
    } catch DecodingError.valueNotFound(_, let context) {
      throw Refusal(400, "the field '\(path(context))' holds null where a value has to stand")
    } catch {
      throw Refusal(400, "expected a JSON object as the body, found something else")
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let names = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return printable(names.joined(separator: "."), charactersMax: 60)
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
