import Settings
import Testing
import Vocabulary

/// How pawl.yaml says that a registry is signed in to.
struct RegistryAccessTests {
  static let host = "{host: registry.example.com}"

  @Test(arguments: [
    ("auth: docker-config", RegistryAccess.dockerConfig),
    (
      "auth: ghcr, username: bot, password: {env: GHCR_TOKEN}",
      .ghcr(username: "bot", password: .environment("GHCR_TOKEN"))
    ),
    ("auth: ecr, region: eu-west-1", .ecr(region: "eu-west-1", keys: .environment)),
    (
      "auth: ecr, region: eu-west-1, credentials: profile, profile: release",
      .ecr(region: "eu-west-1", keys: .profile("release"))
    ),
    (
      "auth: ecr, region: eu-west-1, credentials: profile",
      .ecr(region: "eu-west-1", keys: .profile("default"))
    ),
    (
      "auth: ecr, region: eu-west-1, credentials: instance",
      .ecr(region: "eu-west-1", keys: .instance)
    ),
  ])
  func `each way to sign in is understood`(written: String, access: RegistryAccess) throws {
    let settings = try accepted(Sample.with(Self.host, "{host: r.example.com, \(written)}"))

    #expect(settings.registries[0].access == access)
  }

  @Test func `an ECR host says its region itself`() throws {
    let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    let settings = try accepted(Sample.with(Self.host, "{host: \(host), auth: ecr}"))

    #expect(settings.registries[0].access == .ecr(region: nil, keys: .environment))
  }

  @Test(arguments: [
    (
      "auth: ecr", "missing key 'registries.prod.region': the host does not say where its ECR is"
    ),
    (
      "auth: docker-config, username: bot",
      "'registries.prod.username' is never used with 'auth: docker-config'; "
        + "say 'auth: basic' or 'auth: ghcr'"
    ),
    (
      "auth: ecr, region: eu-west-1, profile: release",
      "'registries.prod.profile' is never used with 'credentials: environment'; "
        + "say 'credentials: profile'"
    ),
    (
      "plain_http: perhaps",
      "'registries.prod.plain_http': expected 'false' or 'true', found 'perhaps'"
    ),
    (
      "referrers: leave",
      "'registries.prod.referrers' says what comes along with copies, and nothing is copied here; "
        + "take it out, or name a registry with 'copy_from'"
    ),
    (
      "copy_from: staging",
      "'registries.prod.copy_from' must name a registry that builds are pushed to: "
        + "expected nothing, found 'staging'"
    ),
  ])
  func `what cannot be meant is refused`(written: String, sentence: String) {
    let found = firstSentence(Sample.with(Self.host, "{host: r.example.com, \(written)}"))

    #expect(found.hasSuffix("error: " + sentence), "\(found)")
  }

  @Test func `a private authority and plain HTTP are for one registry alone`() throws {
    let settings = try accepted(
      Sample.with(Self.host, "{host: r.example.com, ca: ca.pem, plain_http: true}"))

    #expect(settings.registries[0].authority == "ca.pem")
    #expect(settings.registries[0].isPlainHTTPAllowed == true)
  }

  // MARK: Copying

  static let two = """
    prod: {host: prod.example.com, copy_from: staging}
      staging: {host: staging.example.com}
    """

  @Test func `a registry that copies takes its builds from another`() throws {
    let text = Sample.with("prod: \(Self.host)", Self.two)
      .replacing("in: [prod]", with: "in: [prod, staging]")
      .replacing("driver: processes", with: "driver: processes\n    registry: staging")
    let settings = try accepted(text)

    let plan = settings.plan(for: "1111111111111111111111111111111111111111")
    #expect(
      plan.releaseSet.members[0].builds == [
        "staging.example.com/acme/platform:staging-1111111111111111111111111111111111111111"
      ])
    #expect(
      plan.channels[0].members == [
        ChannelPlan.Member(
          image: "platform", location: "prod.example.com/acme/platform",
          origin: "staging.example.com/acme/platform", company: .referrers),
        ChannelPlan.Member(image: "platform", location: "staging.example.com/acme/platform"),
      ])
  }

  @Test func `what refers to an image stays where it is when that is wanted`() throws {
    let text = Sample.with(
      "prod: \(Self.host)",
      Self.two.replacing("copy_from: staging", with: "copy_from: staging, referrers: leave")
    )
    .replacing("in: [prod]", with: "in: [prod, staging]")
    .replacing("driver: processes", with: "driver: processes\n    registry: staging")

    let plan = try accepted(text).plan(for: "1111111111111111111111111111111111111111")

    #expect(plan.channels[0].members.map(\.company) == [nil, nil])
  }

  @Test func `tenants cannot pull what is copied only after they have moved`() {
    let text = Sample.with("prod: \(Self.host)", Self.two)
      .replacing("in: [prod]", with: "in: [prod, staging]")

    #expect(firstSentence(text).contains("the tenants of 'production' pull from 'prod'"))
  }

  @Test func `tenants may pull what a channel of candidates has copied before`() throws {
    let text = Sample.with("prod: \(Self.host)", Self.two)
      .replacing("in: [prod]", with: "in: [prod, staging]")
      .replacing("channels:", with: "channels:\n  next: {follows: candidates, in: [prod]}")

    _ = try accepted(text)
  }
}
