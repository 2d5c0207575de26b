import Diagnostics
import Settings
import Testing

/// A secret in the wrong place is refused, and never repeated (invariant I18).
struct SecretsInFindingsTests {
  @Test(arguments: [
    "{host: r.example.com, auth: basic, username: bot, password: hunter2}",
    "{host: r.example.com, auth: basic, username: bot, password: [hunter2]}",
    "{host: r.example.com, auth: basic, username: bot, password: {value: hunter2}}",
    "{host: r.example.com, auth: basic, username: bot, password: {hunter2}}",
    "{host: r.example.com, auth: basic, username: bot, password: {env: \"hunter2!\"}}",
    "{host: r.example.com, auth: basic, username: bot, pasword: hunter2}",
    "{host: r.example.com, auth: basic, username: bot, pw: hunter2}",
    "{host: r.example.com, password: hunter2}",
    "\n    host: r.example.com\n    pw:\n      !x hunter2",
    "{host: r.example.com, auth: ecr, password: hunter2}",
    "{host: r.example.com, auth: basic, username: \"bot:hunter2\", password: {env: P}}",
    "{host: \"https://bot:hunter2@r.example.com\"}",
    "{host: \"https://bot:hunter2@r.example.com\", auth: basic, username: bot, password: {env: P}}",
    "\n    host: r.example.com\n    auth: basic\n    username: bot\n    password:\n      hunter2",
    "{host: r.example.com, password: hunter2",
  ])
  func `no finding repeats a secret of a registry`(registry: String) {
    let text = Sample.with("{host: registry.example.com}", registry)

    let report = DeliverySettings.parse(text: text, file: "pawl.yaml").report

    #expect(report.hasErrors)
    #expect(!report.description.contains("hunter2"), "\(report)")
  }

  @Test(arguments: [
    "url: https://bot:hunter2@git.example.com/acme/platform",
    "url: https://hunter2@git.example.com/acme/platform",
    "url: ssh://git:hunter2@git.example.com/acme/platform",
    "url: https://git.example.com/acme/platform\n  token: hunter2",
    "url: https://git.example.com/acme/platform\n  tokn: hunter2",
  ])
  func `no finding repeats a secret of the source`(source: String) {
    let text = Sample.with("url: https://git.example.com/acme/platform", source)

    let report = DeliverySettings.parse(text: text, file: "pawl.yaml").report

    #expect(report.hasErrors)
    #expect(!report.description.contains("hunter2"), "\(report)")
  }

  @Test func `a literal is refused with the way out`() {
    let text = Sample.with(
      "{host: registry.example.com}",
      "{host: r.example.com, auth: basic, username: bot, password: hunter2}")

    #expect(
      firstSentence(text)
        == "pawl.yaml:10:69: error: 'registries.prod.password' holds a literal; expected {env: NAME} "
        + "or {file: PATH}; put the secret into the environment or a file, and take this one for leaked"
    )
  }
}
