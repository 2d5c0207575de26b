import Vocabulary

/// What `plan` prints and `rollout` reads.
struct CompatPlan: Codable, Sendable {
  /// What its numbers may be, in a variable as well as in a file.
  enum Bounds {
    static let soakSeconds = 0...CompatEnvironment.secondsMax
    static let batchSize = 1...100_000
    static let stragglers = 0...100_000
    static let callSeconds = 120...CompatEnvironment.secondsMax
  }

  struct Body: Codable, Sendable {
    var target_tag: String
    var canary_slug: String?
    var soak_seconds: Int
    var batch_size: Int
    var max_stragglers: Int
    var dry_run: Bool
    var confirm = true
    /// Not in the plan: the tenants of one call.
    var only_slugs: [String]?
  }

  var enabled: Bool
  var sha: String
  var disabled_reason: String?
  var short_sha: String?
  var target_tag: String?
  var cp_url: String?
  var body: Body?
  var rollout_http_timeout: Int?

  /// Reads the environment only. That it is off is decided before anything else but the commit is looked at.
  init(_ environment: CompatEnvironment) throws(CompatFailure) {
    let commit = try environment.commit()
    sha = commit.text
    guard !environment.isOn(CompatEnvironment.killSwitch.text) else {
      enabled = false
      disabled_reason = "\(CompatEnvironment.killSwitch) is on"
      return
    }
    enabled = true
    let short = String(commit.text.prefix(7))
    let tag = environment.text("PROD_AUTO_DEPLOY_TARGET_TAG", default: "staging-\(short)")
    short_sha = short
    target_tag = tag
    body = Body(
      target_tag: tag, canary_slug: environment.canary,
      soak_seconds: try environment.number(
        "PROD_AUTO_DEPLOY_SOAK_SECONDS", default: 60, in: Bounds.soakSeconds),
      batch_size: try environment.number(
        "PROD_AUTO_DEPLOY_BATCH_SIZE", default: 3, in: Bounds.batchSize),
      max_stragglers: try environment.number(
        "PROD_AUTO_DEPLOY_MAX_STRAGGLERS", default: 1, in: Bounds.stragglers),
      dry_run: environment.isOn("PROD_AUTO_DEPLOY_DRY_RUN"))
    rollout_http_timeout = try environment.number(
      "PROD_AUTO_DEPLOY_ROLLOUT_HTTP_TIMEOUT_SECONDS", default: 600, in: Bounds.callSeconds)
    cp_url = try environment.controlPlane().text
  }

  /// Which of its numbers `plan` would not have printed, or nil. A file may have been written by anybody.
  var objection: String? {
    let numbers = [
      ("body.soak_seconds", body?.soak_seconds, Bounds.soakSeconds),
      ("body.batch_size", body?.batch_size, Bounds.batchSize),
      ("body.max_stragglers", body?.max_stragglers, Bounds.stragglers),
      ("rollout_http_timeout", rollout_http_timeout, Bounds.callSeconds),
    ]
    for case (let key, let number?, let range) in numbers where !range.contains(number) {
      return "'\(key)' to be at least \(range.lowerBound) and at most \(range.upperBound), "
        + "found \(number)"
    }
    return nil
  }
}
