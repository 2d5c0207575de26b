import Settings
import Testing
import Vocabulary

/// A forge with an API, and the gates that ask it.
struct HostedSettingsTests {
  private static func text(
    source: String = "token: {env: TOKEN}", gates: String = "contexts: {required: [\"CI / tests\"]}"
  ) -> String {
    Sample.with(
      "  forge: git\n  url: https://git.example.com/acme/platform\n",
      "  forge: gitea\n  url: https://git.example.com/below\n  \(source)\n"
    ).replacing(
      "  contexts: {required: [\"CI / tests\"]}\n",
      with: gates.split(separator: "\n").map { "  \($0)\n" }.joined())
  }

  @Test func `a forge, a repository and a token are read`() throws {
    let settings = try accepted(Self.text())

    let hosted = try #require(settings.source.hosted)
    #expect(hosted.kind == .gitea)
    #expect(hosted.url == "https://git.example.com/below")
    #expect(hosted.repository == "acme/platform")
    #expect(hosted.credential == .token(.environment("TOKEN")))
    #expect(settings.source.label == "https://git.example.com/below/acme/platform")
    #expect(settings.gates.rules?.contexts.areRead == true)
  }

  @Test func `a GitHub App is an id, an installation and a key`() throws {
    let text = Self.text(
      source: "app: {id: \"123\", installation: 456, key: {file: app.pem}}"
    ).replacing("forge: gitea", with: "forge: github")

    #expect(
      try accepted(text).source.hosted?.credential
        == .app(id: "123", installation: 456, key: .file("app.pem")))
  }

  @Test func `every gate is read as it is written`() throws {
    let settings = try accepted(
      Self.text(
        gates: """
          contexts:
            required: ["CI / tests", "E2E / *"]
            blocking: ["security / *"]
            informational: ["qa / *"]
            skipped: pass
            timeout: 30m
          workflows:
            - {file: e2e.yml, event: push, when_absent: pass-if-path-filtered, paths: ["a/**", "!**.md"]}
            - {file: slow.yml, when_pending: proceed}
          kill_switch: {variable: prod_off, level: both, forbidden: use-start-value}
          approvals: {count: 2, from: [alice, bert], expires: 2h}
          windows:
            - {deny: "Fri 16:00-Mon 08:00", zone: America/New_York, reason: weekend}
            - {allow: "2026-12-20T00:00:00Z/2027-01-04T00:00:00Z"}
          metrics: [{name: errors, query: "sum(rate(e[5m]))", at_most: 0.01}]
          prometheus: {url: "http://127.0.0.1:9090"}
          pace: {first: 5s, max: 5m}
          newer_build: {policy: wait, workflow: publish.yml, at_most: 20m}
          smoke: ["smoke / boots"]
          """))

    let plan = settings.gates
    let rules = try #require(plan.rules)
    #expect(plan.required == ["CI / tests"])
    #expect(plan.timeout == .minutes(30))
    #expect(rules.contexts.required == ["E2E / *"])
    #expect(rules.contexts.blocking == ["security / *"])
    #expect(rules.contexts.informational == ["qa / *"])
    #expect(rules.contexts.skippedPasses)
    #expect(
      rules.workflows == [
        WorkflowGate(
          file: "e2e.yml", event: "push", whenAbsent: .passIfPathFiltered,
          paths: PathFilter(["a/**", "!**.md"])),
        WorkflowGate(file: "slow.yml", whenPending: .proceed),
      ])
    #expect(
      rules.killSwitch
        == KillSwitch(variable: "PROD_OFF", level: .both, whenForbidden: .useStartValue))
    #expect(
      rules.approval
        == ApprovalGate(
          count: 2, approvers: ["alice", "bert"], excludesAuthor: true, lifetime: .minutes(120)))
    #expect(
      rules.metrics
        == [MetricGate(name: "errors", query: "sum(rate(e[5m]))", bound: .atMost(0.01))])
    #expect(rules.pace == ReadingPace(pauseFirst: .seconds(5), pauseMax: .minutes(5)))
    #expect(rules.newerBuild == NewerBuildGate(file: "publish.yml", patience: .minutes(20)))
    #expect(plan.smoke == ["smoke / boots"])
    #expect(settings.windows.map(\.zone) == ["America/New_York", "UTC"])
    #expect(settings.prometheus?.url == "http://127.0.0.1:9090")
  }

  @Test(arguments: [
    ("contexts: {required: []}", "'gates.contexts.required' is empty"),
    ("contexts: {required: [\", ,\", \"\"]}", "'gates.contexts.required[1]'"),
    ("workflows: []", "'gates' asks for nothing"),
    (
      "contexts: {required: [\"qa / a\"], informational: [\"qa / *\"]}",
      "says that it decides nothing"
    ),
    (
      "workflows: [{file: e2e.yml, when_absent: pass-if-path-filtered}]",
      "missing key 'gates.workflows[0].paths'"
    ),
    ("workflows: [{file: e2e.yml, paths: [\"a/**\"]}]", "matters only with"),
    ("workflows: [{file: .github/workflows/e2e.yml}]", "is not a workflow file"),
    ("kill_switch: {level: both}", "missing key 'gates.kill_switch.variable'"),
    ("kill_switch: {variable: X, unreadable: go}", "expected 'hold', found 'go'"),
    ("kill_switch: {variable: X, engaged: perhaps}", "expected 'true' or 'false'"),
    ("newer_build: {policy: wait}", "missing key 'gates.newer_build.workflow'"),
    ("newer_build: {policy: maybe}", "expected 'ignore' or 'wait', found 'maybe'"),
    ("newer_build: {workflow: publish.yml}", "matters only with 'policy: wait'"),
    ("smoke: []", "'gates' asks for nothing"),
    ("approvals: {count: 2, from: [alice]}", "2 people have to agree, and 'from' names 1"),
    ("windows: [{deny: \"weekend\"}]", "expected 'Fri 16:00-Mon 08:00'"),
    ("windows: [{zone: UTC}]", "expected one of 'deny' and 'allow', found neither"),
    ("metrics: [{name: a, query: up, at_least: 1}]", "missing key 'gates.prometheus'"),
    ("metrics: [{name: a, query: up}]\nprometheus: {url: \"http://127.0.0.1\"}", "found neither"),
  ])
  func `a gate that could open by mistake is refused`(gates: String, words: String) {
    let sentence = firstSentence(Self.text(gates: gates))

    #expect(sentence.contains(": error: "), "\(sentence)")
    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test func `a switch that pawl.yaml itself has on is on`() throws {
    let text = Self.text(gates: "kill_switch: {variable: X, engaged: true}")

    #expect(try accepted(text).gates.rules?.killSwitch?.isOnInSettings == true)
  }

  @Test func `a proxy is used only where that is written`() throws {
    #expect(try accepted(Self.text()).source.hosted?.isProxied == false)
    #expect(
      try accepted(Self.text(source: "token: {env: TOKEN}\n  proxy: environment")).source.hosted?
        .isProxied == true)
    #expect(
      firstSentence(Self.text(source: "token: {env: TOKEN}\n  proxy: \"http://proxy\"")).contains(
        "expected 'none' or 'environment'"))
  }

  @Test(arguments: [
    ("forge: git\n", "forge: gitea\n  token: {env: T}\n", "'repository'", false),
    ("gates:\n  contexts: {required: [\"CI / tests\"]}\n", "", "missing key 'gates'", true),
    (
      "contexts: {required: [\"CI / tests\"]}", "workflows: [{file: e2e.yml}]",
      "'source.forge' is git", true
    ),
    (
      "contexts: {required: [\"CI / tests\"]}", "kill_switch: {variable: X}",
      "'source.forge' is git", true
    ),
    (
      "contexts: {required: [\"CI / tests\"]}", "newer_build: {policy: wait, workflow: a.yml}",
      "'source.forge' is git", true
    ),
  ])
  func `what cannot be asked is refused`(
    old: String, new: String, words: String, isRefused: Bool
  ) {
    let sentence = firstSentence(Sample.with(old, new))

    #expect(sentence.contains(words) == isRefused, "\(sentence)")
  }

  @Test func `a literal token, two credentials and plain http are refused`() {
    #expect(firstSentence(Self.text(source: "token: ghp_literal")).contains("holds a literal"))
    #expect(
      firstSentence(
        Self.text(source: "token: {env: A}\n  app: {id: \"1\", installation: 1, key: {env: B}}")
      )
      .contains("expected one of them"))
    #expect(
      firstSentence(
        Self.text().replacing("https://git.example.com/below", with: "http://git.example.com")
      ).contains("plain http shows the token"))
  }

  @Test func `no gates are written down`() throws {
    let settings = try accepted(
      Sample.with("gates:\n  contexts: {required: [\"CI / tests\"]}\n", "gates: none\n"))

    #expect(settings.gates == GatePlan(required: [], timeout: nil))
  }
}
