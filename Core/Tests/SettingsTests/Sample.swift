import Diagnostics
import Settings
import Testing

/// The shortest pawl.yaml without a warning, and ways to break it.
enum Sample {
  static let text = """
    delivery: platform
    source:
      forge: git
      url: https://git.example.com/acme/platform
      repository: acme/platform
    images:
      - name: platform
        build: "{registry}/acme/platform:staging-{sha}"
    registries:
      prod: {host: registry.example.com}
    channels:
      latest: {follows: proven, in: [prod]}
    gates:
      contexts: {required: ["CI / tests"]}
    rollout:
      canary: [acme]
    fleets:
      production:
        driver: processes
        tenants:
          - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
          - {slug: reno-stars, url: "http://127.0.0.1:8802"}

    """

  /// The sample with `old`, which must be there once, replaced.
  static func with(_ old: String, _ new: String) -> String {
    let parts = text.split(separator: old, omittingEmptySubsequences: false)
    precondition(parts.count == 2, "the sample has '\(old)' once")
    return parts.joined(separator: new)
  }

  static func adding(_ lines: String) -> String { text + lines + "\n" }
}

/// The errors and warnings of `text`, each as `line:column severity rule`.
func places(_ text: String) -> [String] {
  DeliverySettings.parse(text: text, file: "pawl.yaml").report.findings.map {
    "\($0.place.line):\($0.place.column) \($0.severity.rawValue) \($0.rule)"
  }
}

/// The first finding of `text`, on one line.
func firstSentence(_ text: String) -> String {
  guard
    let finding = DeliverySettings.parse(text: text, file: "pawl.yaml").report.findings.first
  else { return "nothing found" }
  return String(finding.description.prefix { $0 != "\n" })
}

/// What `text` says, which must be without an error.
func accepted(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> DeliverySettings {
  let checked = DeliverySettings.parse(text: text, file: "pawl.yaml")
  return try #require(checked.value, "\(checked.report)", sourceLocation: sourceLocation)
}
