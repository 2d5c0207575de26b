import Vocabulary

/// What `plan` prints and `rollout` reads.
struct CompatPlan: Codable, Sendable {
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
      soak_seconds: try environment.number("PROD_AUTO_DEPLOY_SOAK_SECONDS", default: 60, min: 0),
      batch_size: try environment.number("PROD_AUTO_DEPLOY_BATCH_SIZE", default: 3, min: 1),
      max_stragglers: try environment.number(
        "PROD_AUTO_DEPLOY_MAX_STRAGGLERS", default: 1, min: 0),
      dry_run: environment.isOn("PROD_AUTO_DEPLOY_DRY_RUN"))
    rollout_http_timeout = try environment.number(
      "PROD_AUTO_DEPLOY_ROLLOUT_HTTP_TIMEOUT_SECONDS", default: 600, min: 120)
    cp_url = try environment.controlPlane().text
  }
}
