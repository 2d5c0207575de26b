import Diagnostics
import Settings
import Testing

/// What is wrong with a pawl.yaml is said at its place, with what was expected and what to do.
struct RefusedSettingsTests {
  /// One mistake: what in the sample is replaced by what, and the sentence about it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let sentence: String

    init(_ old: String, _ new: String, _ sentence: String) {
      self.old = old
      self.new = new
      self.sentence = sentence
    }

    var testDescription: String { new }
  }

  @Test(arguments: [
    Mistake(
      "canary: [acme]", "canary: [acme]\n  soack: 60s",
      "pawl.yaml:17:3: error: unknown key 'soack' in 'rollout'; expected 'fleet', 'canary', 'soak', "
        + "'batch', 'max_stragglers', 'settle', 'on_failure', 'must_finish_after' or 'followers'; "
        + "did you mean 'soak'?"),
    Mistake(
      "delivery: platform\n", "deliver: platform\n",
      "pawl.yaml:1:1: error: unknown key 'deliver'; expected 'delivery', 'source', 'images', "
        + "'registries', 'channels', 'gates', 'rollout', 'verify', 'fleets', 'journal', 'notify' or "
        + "'lint'; did you mean 'delivery'?"),
    Mistake(
      "delivery: platform\n", "",
      "pawl.yaml:1:1: error: missing key 'delivery'; expected a delivery name: lowercase letters, "
        + "digits and inner hyphens, 63 characters at most"),
    Mistake(
      "delivery: platform", "delivery: My Platform",
      "pawl.yaml:1:11: error: 'delivery' is not a delivery name: expected lowercase letters, digits "
        + "and inner hyphens, 63 characters at most, found 'My Platform'"),
    Mistake(
      "delivery: platform", "delivery: [platform]",
      "pawl.yaml:1:11: error: 'delivery': expected a delivery name: lowercase letters, digits and "
        + "inner hyphens, 63 characters at most, found a list"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  soak: 60",
      "pawl.yaml:17:9: error: 'rollout.soak': expected a time from 0ms to 24h, such as '500ms', '60s' "
        + "or '4m', found '60'; a time has a unit; did you mean '60s'?"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  soak: 25h",
      "pawl.yaml:17:9: error: 'rollout.soak': expected a time from 0ms to 24h, such as '500ms', '60s' "
        + "or '4m', found '25h'"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  batch: 0",
      "pawl.yaml:17:10: error: 'rollout.batch': expected a whole number from 1 to 1000, found '0'"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  batch: 99999999999999999999",
      "pawl.yaml:17:10: error: 'rollout.batch': expected a whole number from 1 to 1000, "
        + "found '99999999999999999999'"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  batch: {cap: 10}",
      "pawl.yaml:17:16: error: 'rollout.batch.cap': expected a share from 1% to 100%, found '10'; "
        + "did you mean '10%'?"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  settle: {first: 20s}",
      "pawl.yaml:17:12: error: the first pause between two samples (20s) is longer than the longest "
        + "(10s); make 'settle.first' at most 'settle.max'"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  on_failure: rewert",
      "pawl.yaml:17:15: error: 'rollout.on_failure': expected 'halt' or 'revert', found 'rewert'; "
        + "did you mean 'revert'?"),
    Mistake(
      "canary: [acme]", "canary: acme",
      "pawl.yaml:16:11: error: 'rollout.canary': expected a list of slugs, {label: key=value}, or "
        + "'none', found 'acme'; write '[acme]'"),
    Mistake(
      "canary: [acme]", "canary: [acne]",
      "pawl.yaml:16:11: error: the canary 'acne' is not in the fleet; did you mean 'acme'?"),
    Mistake(
      "canary: [acme]", "canary: {label: ring=first}",
      "pawl.yaml:16:11: error: no tenant has the label 'ring=first'; label at least one tenant, or "
        + "say 'canary: none'"),
    Mistake(
      "canary: [acme]", "canary: []",
      "pawl.yaml:16:11: error: 'rollout.canary' is empty; expected slugs, or 'none' when nobody goes "
        + "first"),
    Mistake(
      "canary: [acme]", "soak: 60s",
      "pawl.yaml:16:3: error: missing key 'rollout.canary'; expected a list of slugs, "
        + "{label: key=value}, or 'none'"),
    Mistake(
      "canary: [acme]", "canary: [acme]\n  fleet: prodution",
      "pawl.yaml:17:10: error: 'rollout.fleet' names a fleet that is not there: expected "
        + "'production', found 'prodution'; did you mean 'production'?"),
    Mistake(
      "{required: [\"CI / tests\"]}", "{required: []}",
      "pawl.yaml:14:24: error: 'gates.contexts.required' is empty; expected a list of the exact names "
        + "of the checks that must be green"),
    Mistake(
      "{required: [\"CI / tests\"]}", "{required: }",
      "pawl.yaml:14:14: error: 'gates.contexts.required' is empty; expected a list of the exact names "
        + "of the checks that must be green"),
    Mistake(
      "{required: [\"CI / tests\"]}", "{timeout: 5m}",
      "pawl.yaml:14:13: error: missing key 'gates.contexts.required'; expected a list of the exact "
        + "names of the checks that must be green"),
    Mistake(
      "{required: [\"CI / tests\"]}", "{required: [\" \"]}",
      "pawl.yaml:14:25: error: 'gates.contexts.required[0]' is not a status context: expected 1 to "
        + "255 printable characters without space at either end, found ' '"),
    Mistake(
      "{required: [\"CI / tests\"]}", "{required: [a, a]}",
      "pawl.yaml:14:28: error: there is another required check 'a'"),
    Mistake(
      "follows: proven, in: [prod]", "follows: proven, in: [prd]",
      "pawl.yaml:12:34: error: 'channels.latest.in[0]' names a registry that is not there: expected "
        + "'prod', found 'prd'; did you mean 'prod'?"),
    Mistake(
      "follows: proven, in: [prod]", "follows: proven, in: [prod, prod]",
      "pawl.yaml:12:40: error: there is another mention of the registry 'prod'"),
    Mistake(
      "follows: proven, in: [prod]", "follows: head, in: [prod]",
      "pawl.yaml:12:21: error: 'channels.latest.follows': expected 'candidates' or 'proven', "
        + "found 'head'"),
    Mistake(
      "latest: {follows", "\"la test\": {follows",
      "pawl.yaml:12:3: error: 'channels.la test' is not a channel name: expected a letter, digit or "
        + "'_', then up to 127 letters, digits, '.', '_' or '-', 100 characters at most, "
        + "found 'la test'"),
    Mistake(
      "staging-{sha}", "staging",
      "pawl.yaml:8:12: error: 'images[0].build' is not a build template: expected "
        + "\"{registry}/repository:tag\" with {sha} or {sha7} in the tag, "
        + "found '{registry}/acme/platform:staging'"),
    Mistake(
      "staging-{sha}", "staging-{sh}",
      "pawl.yaml:8:12: error: 'images[0].build' has the unknown placeholder '{sh}'; expected "
        + "'{registry}' and '{sha}'; did you mean '{sha}'?"),
    Mistake(
      "host: registry.example.com", "host: https://registry.example.com",
      "pawl.yaml:10:16: error: 'registries.prod.host' is not a registry host: expected host or "
        + "host:port, without a scheme or a path, found 'https://registry.example.com'"),
    Mistake(
      "slug: reno-stars", "slug: acme",
      "pawl.yaml:22:16: error: there is another tenant 'acme'"),
    Mistake(
      "http://127.0.0.1:8802", "http://localhost:8801",
      "pawl.yaml:22:33: error: there is another tenant at port '8801'"),
    Mistake(
      "http://127.0.0.1:8802", "http://localhost.evil.example:8802",
      "pawl.yaml:22:33: error: 'fleets.production.tenants[1].url': expected the address of a process "
        + "on this machine, such as 'http://127.0.0.1:8801', found "
        + "'http://localhost.evil.example:8802'; 'driver: processes' starts every tenant here, at the "
        + "port in its url"),
    Mistake(
      "http://127.0.0.1:8802", "127.0.0.1:8802",
      "pawl.yaml:22:33: error: 'fleets.production.tenants[1].url' is not a web address: expected "
        + "http:// or https://, a host, optionally a port and a path, found '127.0.0.1:8802'"),
    Mistake(
      "url: https://git.example.com/acme/platform", "url: \"ext::sh -c true\"",
      "pawl.yaml:4:8: error: 'source.url' is not a git repository: expected a path, or an address "
        + "beginning with https://, ssh:// or user@host:, without a password, found 'ext::sh -c true'"
    ),
    Mistake(
      "url: https://git.example.com/acme/platform", "url: ../platform",
      "pawl.yaml:5:15: error: 'source.repository' needs the web address of its forge, and "
        + "'source.url' is a path; set 'image_source' to what the label "
        + "org.opencontainers.image.source says instead"),
  ])
  func `a mistake is named with its place and the way out`(mistake: Mistake) {
    #expect(firstSentence(Sample.with(mistake.old, mistake.new)) == mistake.sentence)
  }

  @Test func `every mistake is found at once`() {
    let text = Sample.text
      .replacing("delivery: platform", with: "delivery: Platform")
      .replacing("- name: platform", with: "- nme: platform")
      .replacing("canary: [acme]", with: "canary: [acne]\n  soak: 1d\n  batch: many")
      .replacing("slug: reno-stars", with: "slug: reno stars")

    #expect(
      places(text) == [
        "1:11 error settings/malformed", "7:5 error settings/unknown-key",
        "7:5 error settings/missing-key", "17:9 error settings/wrong-type",
        "18:10 error settings/wrong-type", "24:16 error settings/malformed",
      ])
  }

  @Test func `two images cannot share a repository`() {
    let text = Sample.with(
      "staging-{sha}\"",
      "staging-{sha}\"\n  - name: worker\n    build: \"{registry}/acme/platform:worker-{sha}\"")

    #expect(
      places(text) == [
        "10:12 error settings/duplicate-name", "21:5 error settings/missing-key",
      ])
  }

  @Test func `two registries cannot share a host`() {
    let text = Sample.with(
      "prod: {host: registry.example.com}",
      "prod: {host: registry.example.com}\n  copy: {host: REGISTRY.example.com}")

    #expect(firstSentence(text).contains("there is another registry with the host"))
  }

  @Test func `a file that is not keys with values says so once`() {
    #expect(
      firstSentence("- a\n- b\n")
        == "pawl.yaml:1:1: error: 'the file': expected keys with values, beginning with 'delivery', "
        + "found a list")
  }

  @Test func `a value that is missing is found where its key stands`() {
    #expect(
      firstSentence(Sample.with("delivery: platform", "delivery:"))
        == "pawl.yaml:1:1: error: 'delivery': expected a delivery name: lowercase letters, digits and "
        + "inner hyphens, 63 characters at most, found nothing")
  }

  @Test func `a second fleet makes the choice necessary`() {
    let second = "  spare:\n    driver: processes\n    tenants: {file: spare.yaml}"

    #expect(places(Sample.adding(second)) == ["16:3 error settings/missing-key"])
  }
}
