/// The keys that a server gives a meaning to. Data, so that new syntax is a line here.
enum Keys {
  static let workflow = [
    "name", "run-name", "on", "true", "permissions", "env", "defaults", "concurrency", "jobs",
  ]

  static let job = [
    "name", "needs", "if", "runs-on", "permissions", "environment", "concurrency", "outputs",
    "env", "defaults", "steps", "timeout-minutes", "strategy", "continue-on-error", "container",
    "services", "uses", "with", "secrets", "snapshot",
  ]

  static let step = [
    "id", "if", "name", "uses", "run", "shell", "with", "env", "continue-on-error",
    "timeout-minutes", "working-directory",
  ]

  /// Keys that only some servers know, by where they stand.
  struct Foreign: Sendable {
    enum Place: Sendable {
      case workflow
      case job
      case step
      case concurrency
    }

    let place: Place
    let key: String
    let forges: [Target.Forge]
    let source: String
  }

  static let foreign = [
    Foreign(
      place: .workflow, key: "enable-email-notifications", forges: [.forgejo],
      source: "Forgejo's reference of workflow syntax"),
    Foreign(
      place: .job, key: "enable-openid-connect", forges: [.forgejo],
      source: "Forgejo's reference of workflow syntax"),
    Foreign(
      place: .workflow, key: "enable-openid-connect", forges: [.forgejo],
      source: "Forgejo's reference of workflow syntax"),
    Foreign(
      place: .concurrency, key: "queue", forges: [.github],
      source: "GitHub changelog of 2026-05-07"),
    Foreign(place: .step, key: "parallel", forges: [.github], source: "GitHub changelog of 2026"),
    Foreign(place: .step, key: "background", forges: [.github], source: "GitHub changelog of 2026"),
    Foreign(place: .step, key: "wait", forges: [.github], source: "GitHub changelog of 2026"),
    Foreign(place: .step, key: "wait-all", forges: [.github], source: "GitHub changelog of 2026"),
    Foreign(place: .step, key: "cancel", forges: [.github], source: "GitHub changelog of 2026"),
  ]

  static let concurrency = ["group", "cancel-in-progress"]
}
