import Foundation
import TestSupport
import Testing

/// `plan` of the reference helper, variable by variable, on the real binary.
@Suite(.timeLimit(.minutes(2)))
struct CompatPlanTests {
  static let sha = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"

  static func run(_ command: String..., with environment: [String: String]) async throws -> Ended {
    try await process(
      try Programs.pawl(), ["compat", "prod-auto-deploy"] + command,
      environment: environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 })
  }

  private func plan(_ environment: [String: String]) async throws -> (Ended, [String: Any]) {
    let ended = try await Self.run(
      "plan", with: ["GITHUB_SHA": Self.sha].merging(environment) { $1 })
    let document = try? JSONSerialization.jsonObject(with: Data(ended.output.utf8))
    return (ended, document as? [String: Any] ?? [:])
  }

  @Test func `with the commit alone, every default is the reference's`() async throws {
    let (ended, _) = try await plan([:])

    #expect(ended.code == 0)
    #expect(
      ended.output
        == #"{"body":{"batch_size":3,"canary_slug":"hongming","confirm":true,"dry_run":false,"#
        + #""max_stragglers":1,"soak_seconds":60,"target_tag":"staging-7a72516"},"#
        + #""cp_url":"https://api.moleculesai.app","enabled":true,"rollout_http_timeout":600,"#
        + #""sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866","short_sha":"7a72516","#
        + #""target_tag":"staging-7a72516"}"# + "\n")
  }

  @Test(arguments: ["1", "true", "TRUE", "yes", "on", "disabled", "Disable", " on "])
  func `every spelling of off is a plan that is not enabled, and no error`(word: String)
    async throws
  {
    let (ended, plan) = try await plan(["PROD_AUTO_DEPLOY_DISABLED": word])

    #expect(ended.code == 0)
    #expect(plan["enabled"] as? Bool == false)
    #expect(plan["disabled_reason"] as? String == "PROD_AUTO_DEPLOY_DISABLED is on")
    #expect(plan["body"] == nil)
    let asserted = try await Self.run(
      "assert-enabled", with: ["GITHUB_SHA": Self.sha, "PROD_AUTO_DEPLOY_DISABLED": word])
    #expect(asserted.code == 1)
    #expect(asserted.complaint.hasPrefix("::error title=prod-auto-deploy::"))
  }

  @Test(arguments: ["", "0", "false", "no", "off", "enabled", "maybe"])
  func `any other word is enabled`(word: String) async throws {
    #expect(try await plan(["PROD_AUTO_DEPLOY_DISABLED": word]).1["enabled"] as? Bool == true)
  }

  @Test(arguments: [
    ("PROD_AUTO_DEPLOY_SOAK_SECONDS", "soak_seconds", 0),
    ("PROD_AUTO_DEPLOY_BATCH_SIZE", "batch_size", 1),
    ("PROD_AUTO_DEPLOY_MAX_STRAGGLERS", "max_stragglers", 0),
    ("PROD_AUTO_DEPLOY_ROLLOUT_HTTP_TIMEOUT_SECONDS", "rollout_http_timeout", 120),
  ])
  func `a number is taken from its minimum on, and is an error below it or when it is none`(
    name: String, key: String, minimum: Int
  ) async throws {
    let (_, plan) = try await plan([name: "\(minimum)"])
    let body = plan["body"] as? [String: Any] ?? [:]
    #expect((body[key] ?? plan[key]) as? Int == minimum)

    for bad in ["\(minimum - 1)", "many", "1.5", "-7", "12 34"] {
      let ended = try await self.plan([name: bad]).0
      #expect(ended.code == 1, "\(name)=\(bad)")
      #expect(ended.complaint.contains("\(name): expected a whole number of at least \(minimum)"))
      #expect(ended.complaint.split(separator: "\n").count == 1)
      #expect(ended.output.isEmpty)
    }
  }

  @Test(arguments: [
    ("PROD_AUTO_DEPLOY_SOAK_SECONDS", 86_400), ("PROD_AUTO_DEPLOY_BATCH_SIZE", 100_000),
    ("PROD_AUTO_DEPLOY_MAX_STRAGGLERS", 100_000),
    ("PROD_AUTO_DEPLOY_ROLLOUT_HTTP_TIMEOUT_SECONDS", 86_400),
  ])
  func `a number is taken up to its maximum`(name: String, maximum: Int) async throws {
    #expect(try await plan([name: "\(maximum)"]).0.code == 0)
    for bad in ["\(maximum + 1)", "9223372036854775807", "9223372036854775808"] {
      let ended = try await self.plan([name: bad]).0

      #expect(ended.code == 1, "\(ended)")
      #expect(ended.complaint.contains("and at most \(maximum), found '\(bad)'"), "\(ended)")
    }
  }

  @Test(arguments: [
    ("PROD_AUTO_DEPLOY_TARGET_TAG", "v7", "target_tag", "v7"),
    ("PROD_AUTO_DEPLOY_CANARY_SLUG", "reno-stars", "canary_slug", "reno-stars"),
  ])
  func `text is taken as it is`(name: String, text: String, key: String, found: String) async throws
  {
    let body = try await plan([name: text]).1["body"] as? [String: Any] ?? [:]

    #expect(body[key] as? String == found)
  }

  @Test func `an empty canary is nobody, and a dry run is said with the same words`() async throws {
    let body =
      try await plan(["PROD_AUTO_DEPLOY_CANARY_SLUG": "", "PROD_AUTO_DEPLOY_DRY_RUN": "YES"]).1[
        "body"]
      as? [String: Any] ?? [:]

    #expect(body["canary_slug"] == nil)
    #expect(body["dry_run"] as? Bool == true)
  }

  @Test(arguments: [
    ("https://api.moleculesai.app", "", true), ("https://api.moleculesai.app/", "", true),
    ("HTTPS://API.MoleculesAI.app:443/", "", true), ("https://api.moleculesai.app:8443", "", false),
    ("http://api.moleculesai.app:443", "", false),
    ("https://staging.example.com", "", false), ("https://staging.example.com", "false", false),
    ("https://staging.example.com", "true", true), ("https://staging.example.com", "disable", true),
    ("not an address", "true", false),
  ])
  func `another control plane than production's has to be meant`(
    url: String, allowed: String, isTaken: Bool
  ) async throws {
    let (ended, plan) = try await plan(["CP_URL": url, "PROD_ALLOW_NON_PROD_CP_URL": allowed])

    #expect((ended.code == 0) == isTaken, "\(ended)")
    #expect((plan["cp_url"] != nil) == isTaken)
  }

  @Test(arguments: ["1", "true", "YES", "on", "Disabled", "disable"])
  func `what is on is said with the same words everywhere`(word: String) async throws {
    let (ended, plan) = try await plan([
      "PROD_AUTO_DEPLOY_DRY_RUN": word, "PROD_ALLOW_NON_PROD_CP_URL": word,
      "CP_URL": "https://staging.example.com",
    ])

    #expect(ended.code == 0, "\(ended)")
    #expect((plan["body"] as? [String: Any])?["dry_run"] as? Bool == true)
    #expect(plan["cp_url"] as? String == "https://staging.example.com")
  }

  @Test func `that it is off is decided before anything else is looked at`() async throws {
    let (ended, plan) = try await plan([
      "PROD_AUTO_DEPLOY_DISABLED": "1", "PROD_AUTO_DEPLOY_BATCH_SIZE": "none",
      "CP_URL": "https://staging.example.com",
    ])

    #expect(ended.code == 0, "\(ended)")
    #expect(plan.keys.sorted() == ["disabled_reason", "enabled", "sha"])
  }

  @Test func `a plan, and whether it is the latest, need no credential`() async throws {
    let (ended, plan) = try await plan(["GITEA_TOKEN": "", "CP_ADMIN_API_TOKEN": ""])

    #expect(ended.code == 0)
    #expect(plan["enabled"] as? Bool == true)
  }

  @Test func `without a commit nothing is planned`() async throws {
    let ended = try await Self.run("plan", with: [:])

    #expect(ended.code == 1)
    #expect(
      ended.complaint == "::error title=prod-auto-deploy::expected GITHUB_SHA, found it unset\n")
  }

  @Test(arguments: [[], ["deploy"], ["plan", "more"], ["rollout"], ["rollout", "--plan", "a"]])
  func `what it does not understand exits 2`(command: [String]) async throws {
    let ended = try await process(
      try Programs.pawl(), ["compat", "prod-auto-deploy"] + command,
      environment: ["GITHUB_SHA": Self.sha])

    #expect(ended.code == 2, "\(ended)")
    #expect(ended.complaint.hasPrefix("usage: "))
  }
}
