import Settings
import Testing
import Vocabulary

/// What a good pawl.yaml turns into.
struct AcceptedSettingsTests {
  @Test func `a short file is accepted without a warning`() {
    #expect(places(Sample.text) == [])
  }

  @Test func `what is not said has the documented default`() throws {
    let settings = try accepted(Sample.text)

    #expect(settings.name == "platform")
    #expect(settings.source.branch == "main")
    #expect(settings.registries.map(\.access) == [.anonymous])
    #expect(settings.channels[0].previousKept == 5)
    #expect(settings.channels[0].lockDelay == .seconds(30))
    #expect(settings.gates.timeout == .minutes(60))
    #expect(settings.rollout.soak == .seconds(60))
    #expect(settings.rollout.batch == .growing(first: 3, factor: 2, capPercent: 10))
    #expect(settings.rollout.stragglersMax == 0)
    #expect(
      settings.rollout.settle
        == SettleBudget(
          budget: .seconds(240), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2,
          experience: .unknown)
    )
    #expect(settings.rollout.onFailure == .halt)
    #expect(settings.rollout.mustFinishAfter == 3)
    #expect(settings.verify.path == "/buildinfo")
    #expect(settings.verify.field == "git_sha")
    #expect(settings.verify.health == "/health")
    #expect(settings.verify.samples == 2)
    #expect(settings.fleet.driver == .processes(startBudget: .seconds(30)))
    #expect(settings.fleet.state == ".pawl/fleet")
    #expect(settings.fleet.image.name == "platform")
    #expect(settings.fleet.registry.key == "prod")
    #expect(settings.journal == .sqlite(".pawl/journal.db"))
  }

  @Test func `tenants keep their order, address and labels`() throws {
    let settings = try accepted(Sample.text)

    #expect(
      settings.fleet.tenants
        == .listed([
          Tenant(
            slug: "acme", address: "http://127.0.0.1:8801",
            labels: [Tenant.Label(key: "ring", value: "canary")]),
          Tenant(slug: "reno-stars", address: "http://127.0.0.1:8802"),
        ]))
  }

  @Test(arguments: [
    ("[acme]", RolloutPlan.Canary.slugs(["acme"])),
    ("{label: ring=canary}", .label(Tenant.Label(key: "ring", value: "canary"))),
    ("none", RolloutPlan.Canary.none),
  ])
  func `the canary is a list, a label or nobody`(written: String, meant: RolloutPlan.Canary) throws
  {
    let settings = try accepted(Sample.with("canary: [acme]", "canary: \(written)"))

    #expect(settings.rollout.canary == meant)
  }

  @Test(arguments: [
    ("5", RolloutPlan.Batch.fixed(5)),
    ("{first: 1, factor: 3, cap: 25%}", .growing(first: 1, factor: 3, capPercent: 25)),
    ("{cap: 100%}", .growing(first: 3, factor: 2, capPercent: 100)),
  ])
  func `a batch is fixed or grows`(written: String, meant: RolloutPlan.Batch) throws {
    let settings = try accepted(
      Sample.with("canary: [acme]", "canary: [acme]\n  batch: \(written)"))

    #expect(settings.rollout.batch == meant)
  }

  @Test(arguments: [
    ("0s", TimeSpan.zero), ("500ms", .milliseconds(500)), ("60s", .seconds(60)),
    ("4m", .minutes(4)), ("2h", .minutes(120)), ("24h", .minutes(1_440)),
  ])
  func `a time is a number with a unit`(written: String, meant: TimeSpan) throws {
    let settings = try accepted(
      Sample.with("canary: [acme]", "canary: [acme]\n  soak: \(written)"))

    #expect(settings.rollout.soak == meant)
  }

  @Test func `health can be switched off and is asked otherwise`() throws {
    let without = try accepted(Sample.adding("verify: {health: null}"))
    let other = try accepted(Sample.adding("verify: {health: /ready}"))

    #expect(without.verify.health == nil)
    #expect(other.verify.health == "/ready")
  }

  @Test func `a password is a reference and never a value`() throws {
    let host = "{host: registry.example.com}"
    let environment = try accepted(
      Sample.with(
        host, "{host: r.example.com, auth: basic, username: bot, password: {env: PAWL_PASSWORD}}"))
    let file = try accepted(
      Sample.with(
        host, "{host: r.example.com, auth: basic, username: bot, password: {file: /run/pw}}"))

    #expect(
      environment.registries[0].access
        == .basic(username: "bot", password: .environment("PAWL_PASSWORD")))
    #expect(file.registries[0].access == .basic(username: "bot", password: .file("/run/pw")))
  }

  @Test(arguments: [
    ("repository: acme/platform", "https://git.example.com/acme/platform"),
    ("image_source: https://elsewhere.example.com/x.git", "https://elsewhere.example.com/x"),
  ])
  func `the source of images is derived or stated`(written: String, meant: String) throws {
    let settings = try accepted(Sample.with("repository: acme/platform", written))

    #expect(settings.source.label?.text == meant)
  }

  @Test(arguments: [
    ("ssh://git@git.example.com:2222/acme/platform.git", "https://git.example.com/acme/platform"),
    ("git@git.example.com:acme/platform.git", "https://git.example.com/acme/platform"),
    ("http://127.0.0.1:3000/acme/platform", "http://127.0.0.1:3000/acme/platform"),
  ])
  func `the source of images is the web address on the host of the repository`(
    url: String, meant: String
  ) throws {
    let settings = try accepted(
      Sample.with("url: https://git.example.com/acme/platform", "url: \(url)"))

    #expect(settings.source.label?.text == meant)
  }

  @Test func `sections for later versions may be there and ask for nothing`() {
    let gates = """
      contexts: {required: ["CI / tests"], informational: []}
        workflows: []
        kill_switch:
        approvals: {count: 0, not_author: true, expires: 4h}
        windows: []
        metrics: []
      """

    #expect(
      places(
        Sample.with("contexts: {required: [\"CI / tests\"]}", gates) + "notify: []\nlint: {}\n")
        == [])
  }

  @Test func `words that YAML would guess at stay words`() throws {
    let settings = try accepted(Sample.with("slug: reno-stars", "slug: no"))

    guard case .listed(let tenants) = settings.fleet.tenants else {
      Issue.record("the tenants are written out")
      return
    }
    #expect(tenants[1].slug == "no")
  }

  @Test func `anchors and aliases in values are followed`() throws {
    let settings = try accepted(
      Sample.with(
        "canary: [acme]", "canary: &first [acme]\n  soak: &long 5m\n  settle: {budget: *long}"))

    #expect(settings.rollout.soak == .minutes(5))
    #expect(settings.rollout.settle.budget == .minutes(5))
  }

  @Test func `a channel lives in all registries unless it says where`() throws {
    let settings = try accepted(
      Sample.with(
        "prod: {host: registry.example.com}",
        "prod: {host: registry.example.com}\n  staging: {host: \"127.0.0.1:5000\"}"
      ).replacing(", in: [prod]", with: ""))

    #expect(settings.channels[0].registries.map(\.key) == ["prod", "staging"])
  }
}
