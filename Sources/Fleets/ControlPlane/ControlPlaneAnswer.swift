import FoundationEssentials
import Transport
import Vocabulary

// What a control plane answered, bytes to a result. Pure and total: whatever does not read is unknown, never
// yes.

struct ControlPlaneAnswer: Decodable {
  struct Row: Decodable {
    let slug: String?
    let ssm_status: String?
    let ssm_exit_code: Int?
    let verified_on_target: Bool?
    let fenced_by: String?
    let restarted: Bool?
    let restored: Bool?
    let error: String?
  }

  let ok: Bool
  let fences: Bool?
  /// Also those of an answer that failed: what was done is kept.
  let results: [Row]

  private static let reasonCharactersMax = 200

  init?(_ body: [UInt8]) {
    guard let answer = try? JSONDecoder().decode(Self.self, from: Data(body)) else { return nil }
    self = answer
  }

  /// Whom it would move.
  func slugs() throws(Unknown) -> [TenantSlug] {
    var slugs: [TenantSlug] = []
    for row in results {
      guard let text = row.slug, let slug = try? TenantSlug(parsing: text) else {
        throw Unknown(
          .malformed, "the control plane lists a tenant without a slug that could be one")
      }
      guard !slugs.contains(slug) else {
        throw Unknown(.malformed, "the control plane lists \(slug) twice")
      }
      slugs.append(slug)
    }
    return slugs
  }

  /// What an order to `slug` came to.
  static func result(
    of slug: TenantSlug, status: Int, body: [UInt8], fencing: ControlPlaneFleet.Plane.Fencing
  ) -> RedeployResult {
    let answer = ControlPlaneAnswer(body)
    if let row = answer?.results.first(where: { $0.slug == slug.text }) {
      return result(of: slug, row, status: status, fencing: fencing)
    }
    switch status {
    case 200:
      return .unknown(
        Unknown(
          .malformed,
          answer == nil
            ? "the control plane answered 200 for \(slug) and no rows that could be read"
            : "the control plane answered 200 and no row for \(slug)"))
    case 400, 401, 403, 404, 409, 413, 422:
      // It says itself that it did nothing.
      return .failed(
        "the control plane answered \(status) for \(slug)\(meaning(of: status))", restored: true)
    default:
      return .unknown(
        Unknown(
          Unknown.Cause(status: status),
          "the control plane answered \(status) for \(slug)\(meaning(of: status))"))
    }
  }

  private static func result(
    of slug: TenantSlug, _ row: Row, status: Int, fencing: ControlPlaneFleet.Plane.Fencing
  ) -> RedeployResult {
    if let token = row.fenced_by.flatMap(token) { return .fenced(highest: token) }
    // What a stranger writes there may hold what must not be printed.
    let reason =
      fencing == .required
      ? row.error.map { ": " + printable($0, charactersMax: reasonCharactersMax) } ?? ""
      : row.error == nil ? "" : "; it gives a reason"
    let word = printable(row.ssm_status ?? "nothing", charactersMax: 40)
    switch row.ssm_status {
    case "Success":
      // The command ran; whether the tenant is where it should be is another question.
      guard row.verified_on_target ?? true else {
        return .unknown(
          Unknown(
            .unanswerable,
            "the control plane moved \(slug) and does not find it on the image\(reason)"))
      }
      return row.restarted == false ? .alreadyThere : .restarted
    case "Unproven": return .restarted
    case "Refused", "Pinned":
      return .failed("the control plane refused to move \(slug)\(reason)", restored: true)
    case "NotStarted":
      return .unknown(
        Unknown(.serverError, "the control plane did not come to \(slug)\(reason)"))
    case "Failed" where fencing == .required:
      return .failed(
        "the control plane says that \(slug) failed\(reason)",
        restored: row.restored ?? false)
    default:
      return .unknown(
        Unknown(
          .serverError,
          "the control plane answered \(status) and '\(word)' for \(slug)\(reason)"))
    }
  }

  /// `12.3`.
  private static func token(_ text: String) -> FencingToken? {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt64($0) }
    guard numbers.count == 2, let generation = numbers[0], let epoch = numbers[1] else {
      return nil
    }
    return FencingToken(generation: Generation(generation), epoch: Epoch(epoch))
  }

  /// What a status means coming from a control plane.
  static func meaning(of status: Int) -> String {
    switch status {
    case 400: ": it does not take such an order"
    case 401: ": its token was not accepted"
    case 403:
      ": the token may not do this, or the tenant's machine has a stale login at the registry; renew it"
    case 404: ": it does not know the tenant"
    case 409: ": somebody forbids it there"
    case 500: ": a tenant failed, and it does not say which"
    case 502, 504: ": something in front of it could not reach it"
    case 503: ": it cannot move tenants now"
    default: ""
    }
  }
}
