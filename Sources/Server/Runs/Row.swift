import Decisions
import Vocabulary

/// What became of one tenant, in the words of the API.
struct Row: Hashable, Sendable, Codable {
  enum Status: String, Hashable, Sendable, Codable, CaseIterable {
    /// It runs what was ordered and, unless nobody wanted to wait for that, was seen serving it.
    case success = "Success"
    /// Nothing was done, nor was to be.
    case dryRun = "DryRun"
    /// The new one did not come up.
    case failed = "Failed"
    /// It was moved and then not seen serving what it should.
    case unproven = "Unproven"
    /// A newer order had been obeyed, or somebody forbids it; nothing was touched.
    case refused = "Refused"
    /// Somebody wants it left where it is, and the others were moved without it.
    case pinned = "Pinned"
    /// It cannot be said whether it was moved.
    case unknown = "Unknown"
    /// The run ended before its turn came.
    case notStarted = "NotStarted"
  }

  let slug: TenantSlug
  let phase: String
  var status: Status
  /// 0 when what was ordered was done, else 1; none when nothing was tried.
  var exitCode: Int?
  /// Whether something answered there, and well; none when nobody looked.
  var isHealthy: Bool?
  /// Whether the wanted image runs there and, unless nobody wanted to wait for that, was seen serving.
  var isOnTarget = false
  var runningImage: String?
  /// The commit that was seen there.
  var commit: Commit?
  /// The token of the order.
  var token: String?
  /// The token by which it was refused.
  var fencedBy: String?
  /// Whether it was restarted for this order.
  var wasRestarted: Bool?
  /// After a failure: whether what ran before runs again.
  var isRestored: Bool?
  var error: String?

  enum CodingKeys: String, CodingKey {
    case slug, phase, error
    case status = "ssm_status"
    case exitCode = "ssm_exit_code"
    case isHealthy = "healthz_ok"
    case isOnTarget = "verified_on_target"
    case runningImage = "running_image"
    case commit = "git_sha"
    case token = "fencing_token"
    case fencedBy = "fenced_by"
    case wasRestarted = "restarted"
    case isRestored = "restored"
  }

  /// Whether the tenant may run what was ordered.
  var mayHaveMoved: Bool {
    switch status {
    case .success, .unproven, .unknown: true
    case .failed: isRestored != true
    case .dryRun, .refused, .pinned, .notStarted: false
    }
  }

  /// A tenant that nothing was done to.
  init(_ slug: TenantSlug, _ phase: Wave.Name, _ status: Status, _ error: String? = nil) {
    self.slug = slug
    self.phase = phase.description
    self.status = status
    self.error = error.map { printable($0, charactersMax: Self.errorCharactersMax) }
  }

  /// A tenant that is left out of the waves.
  init(_ slug: TenantSlug, pinned why: String, _ status: Status = .pinned) {
    self.slug = slug
    phase = "pinned"
    self.status = status
    error = printable("\(slug) is pinned: \(why)", charactersMax: Self.errorCharactersMax)
  }

  /// How much of a reason is told.
  static let errorCharactersMax = 500

  /// What the driver's answer comes to, and what was seen afterwards where somebody looked.
  init(
    _ order: Redeploy, _ phase: Wave.Name, token: FencingToken, result: RedeployResult,
    receipt: Receipt?
  ) {
    self.init(order.tenant.slug, phase, .success)
    self.token = token.description
    switch result {
    case .restarted, .alreadyThere:
      runningImage = order.image.text
      exitCode = 0
      isOnTarget = true
      wasRestarted = result == .restarted
      if let receipt { see(receipt) }
    case .fenced(let highest):
      status = .refused
      fencedBy = highest.description
      error = "token \(token) was refused: \(slug) has obeyed \(highest)"
    case .failed(let why, let restored):
      status = .failed
      exitCode = 1
      isRestored = restored
      error = printable(why, charactersMax: Self.errorCharactersMax)
    case .unknown(let unknown):
      status = .unknown
      error = printable("\(unknown)", charactersMax: Self.errorCharactersMax)
    case .notSent:
      status = .notStarted
    }
  }

  /// Takes in what was seen after the tenant had been moved.
  mutating func see(_ receipt: Receipt) {
    isOnTarget = receipt.isProof
    error = nil
    if !receipt.isProof {
      status = .unproven
      error = printable(receipt.sentence, charactersMax: Self.errorCharactersMax)
    }
    switch receipt.finding {
    case .proven:
      isHealthy = true
      commit = receipt.expected
    case .stale(let found):
      isHealthy = true
      commit = found
    case .unhealthy:
      isHealthy = false
      commit = receipt.expected
    case .unidentified, .lying, .unconfirmed, .unreachable, .gone, .unsettled:
      isHealthy = false
    }
  }
}
