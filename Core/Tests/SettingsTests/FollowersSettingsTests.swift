import Settings
import Testing
import Vocabulary

/// Who is moved after a promotion, as it is written in pawl.yaml.
struct FollowersSettingsTests {
  /// The sample with a third tenant, in which reno-stars and nobody else is free, with followers as written.
  private static func text(_ followers: String, canary: String = "[acme]") -> String {
    Sample.with("canary: [acme]", "canary: \(canary)\n  followers: \(followers)")
      .replacing(
        #"url: "http://127.0.0.1:8802"}"#,
        with: #"""
          url: "http://127.0.0.1:8802", labels: {tier: free}}
                - {slug: north, url: "http://127.0.0.1:8803"}
          """#)
  }

  private static let free = Tenant.Label(key: "tier", value: "free")

  @Test func `followers have a label, and the rest has defaults`() throws {
    let settings = try accepted(Self.text("{select: {label: tier=free}}"))

    #expect(
      settings.rollout.followers
        == RolloutPlan.Followers(
          label: Self.free, within: .minutes(15),
          batch: .growing(first: 3, factor: 2, capPercent: 10), stragglersMax: 0))
  }

  @Test func `the time, the waves and the tolerance of followers are their own`() throws {
    let settings = try accepted(
      Self.text(
        "{select: {label: tier=free}, within: 2h, batch: 20, max_stragglers: 5}\n  batch: 4"))

    #expect(settings.rollout.batch == .fixed(4))
    #expect(
      settings.rollout.followers
        == RolloutPlan.Followers(
          label: Self.free, within: .minutes(120), batch: .fixed(20), stragglersMax: 5))
  }

  @Test func `the plan of a run keeps who follows`() throws {
    let settings = try accepted(Self.text("{select: {label: tier=free}}"))

    let plan = settings.plan(for: Commit(normalized: String(repeating: "1", count: 40)))

    #expect(plan.rollout.followers == settings.rollout.followers)
  }

  @Test func `without the key nobody follows`() throws {
    #expect(try accepted(Sample.text).rollout.followers == nil)
  }

  @Test(arguments: [
    ("{}", "17:14: error: missing key 'rollout.followers.select'; expected {label: key=value}"),
    ("[reno-stars]", "17:14: error: 'rollout.followers': expected who follows and by when"),
    ("{select: {label: tier}}", "'rollout.followers.select.label' is not a label"),
    ("{select: {slug: reno-stars}}", "17:24: error: unknown key 'slug'"),
    ("{selects: {label: tier=free}}", "17:15: error: unknown key 'selects'"),
    (
      "{select: {label: tier=free}, within: 0s}",
      "17:51: error: 'rollout.followers.within': expected a time from 1s to 24h"
    ),
    (
      "{select: {label: tier=free}, batch: 0}",
      "17:50: error: 'rollout.followers.batch': expected a whole number from 1 to 1000, found '0'"
    ),
    (
      "{select: {label: tier=free}, max_stragglers: -1}",
      "'rollout.followers.max_stragglers': expected a whole number from 0 to 1000"
    ),
    (
      "{select: {label: tier=paid}}",
      "17:14: error: no tenant has the label 'tier=paid' of followers; label at least one tenant"
    ),
  ])
  func `what cannot be meant is refused where it is written`(written: String, words: String) {
    let report = DeliverySettings.parse(text: Self.text(written), file: "pawl.yaml").report

    #expect("\(report)".contains(words), "\(report)")
  }

  @Test(arguments: [
    (
      "[reno-stars]", "16:11: error: the canary 'reno-stars' has the label 'tier=free' of followers"
    ),
    ("{label: tier=free}", "17:14: error: the canary and the followers are the same tenants"),
  ])
  func `a canary that follows is refused`(canary: String, words: String) {
    let sentence = firstSentence(Self.text("{select: {label: tier=free}}", canary: canary))

    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test func `a fleet of nothing but followers is refused`() {
    let text = Self.text("{select: {label: ring=canary}}", canary: "none")
      .replacing("labels: {tier: free}", with: "labels: {ring: canary}")
      .replacing(#"8803"}"#, with: #"8803", labels: {ring: canary}}"#)

    let sentence = firstSentence(text)

    #expect(
      sentence.contains("17:14: error: every tenant has the label 'ring=canary'"), "\(sentence)")
  }

  @Test func `followers who have less time than one of them may take are warned of`() {
    let found = places(Self.text("{select: {label: tier=free}, within: 10s}"))

    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("17:3 warning") == true)
  }

  @Test func `tenants in a file of their own are checked against it`() throws {
    let settings = try accepted(
      Sample.with("canary: [acme]", "canary: [acme]\n  followers: {select: {label: tier=free}}")
        .replacing(
          """
              tenants:
                - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
                - {slug: reno-stars, url: "http://127.0.0.1:8802"}
          """, with: "    tenants: {file: tenants.yaml}"))

    let checked = settings.tenants(
      text: #"- {slug: acme, url: "http://127.0.0.1:8801"}"#, file: "tenants.yaml")

    #expect(checked.value == nil)
    #expect("\(checked.report)".contains("no tenant has the label 'tier=free' of followers"))
  }
}
