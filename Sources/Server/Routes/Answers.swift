import Decisions
import Vocabulary

// What the pages that only show something answer.

/// A refusal, or anything else that went wrong.
struct Complaint: Encodable {
  let ok = false
  let error: String
}

/// Every tenant, as it was seen a moment ago.
struct TenantList: Encodable {
  struct Entry: Encodable {
    let slug: TenantSlug
    let url: HTTPAddress
    let labels: [String: String]
    /// running, unhealthy, unidentified, lying, unconfirmed, unreachable or not-deployed.
    let state: String
    let gitSHA: Commit?
    /// Why it is not running.
    let detail: String?
    /// Why it is left where it is.
    let pinned: String?

    enum CodingKeys: String, CodingKey {
      case slug, url, labels, state, detail, pinned
      case gitSHA = "git_sha"
    }
  }

  let tenants: [Entry]
}

extension TenantList.Entry {
  init(_ tenant: Tenant, _ observation: Observation, pinned: String?) {
    slug = tenant.slug
    url = tenant.address
    labels = Dictionary(tenant.labels.map { ($0.key, $0.value) }) { first, _ in first }
    gitSHA = observation.claimedCommit
    self.pinned = pinned
    switch observation {
    case .running: (state, detail) = ("running", nil)
    case .unhealthy: (state, detail) = ("unhealthy", "its health page did not answer 2xx")
    case .unidentified(let what): (state, detail) = ("unidentified", what)
    case .contradicted(let what): (state, detail) = ("lying", what)
    case .unconfirmed(_, let why): (state, detail) = ("unconfirmed", why.description)
    case .unreachable(let why): (state, detail) = ("unreachable", why.description)
    case .notDeployed: (state, detail) = ("not-deployed", nil)
    }
  }
}

/// Runs, newest first.
struct RunList: Encodable {
  let runs: [RunSummary]
}

struct RunSummary: Encodable {
  let run: UInt64
  let by: ActorName
  let at: String
  let state: RunRecord.State
  let gitSHA: Commit
  let targetDigest: Digest
  let fencingToken: String
  let error: String?
  let tenants: Int
  let results: [Row]

  enum CodingKeys: String, CodingKey {
    case run, by, at, state, error, tenants, results
    case gitSHA = "git_sha"
    case targetDigest = "target_digest"
    case fencingToken = "fencing_token"
  }

  init(_ record: RunRecord) {
    run = record.number
    by = record.by
    at = record.at.description
    state = record.state
    gitSHA = record.target.commit
    targetDigest = record.target.digest
    fencingToken = record.target.token.description
    error = record.error
    tenants = record.tenants.count
    results = record.rows
  }
}

/// The releases that were proven on the whole fleet, newest first.
struct VersionList: Encodable {
  struct Entry: Encodable {
    let gitSHA: Commit
    let targetDigest: Digest?
    let generation: Generation
    let provenAt: String
    let orderedBy: ActorName
    let isPromoted: Bool
    /// Whether somebody rolled back from it.
    let isWithdrawn: Bool
    /// Whether the channels show it.
    let isCurrent: Bool

    enum CodingKeys: String, CodingKey {
      case generation
      case gitSHA = "git_sha"
      case targetDigest = "target_digest"
      case provenAt = "proven_at"
      case orderedBy = "ordered_by"
      case isPromoted = "promoted"
      case isWithdrawn = "withdrawn"
      case isCurrent = "current"
    }
  }

  let versions: [Entry]

  init(_ releases: Releases, image: ImageName) {
    versions = releases.all.reversed().map { release in
      Entry(
        gitSHA: release.candidate.commit, targetDigest: release.candidate.digest(of: image),
        generation: release.generation, provenAt: release.provenAt.description,
        orderedBy: release.orderedBy, isPromoted: release.isPromoted,
        isWithdrawn: release.isWithdrawn,
        isCurrent: release.candidate.commit == releases.current)
    }
  }
}

/// One line of a streamed answer.
struct StreamLine: Encodable {
  let event: String
  var row: Row?
  var answer: RunAnswer?
}
