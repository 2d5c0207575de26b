import Settings
import Testing
import Vocabulary

/// `driver: control-plane`.
struct ControlPlaneDriverTests {
  private static func settings(_ more: String) -> String {
    Sample.with(
      "driver: processes",
      "driver: control-plane\n"
        + more.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
  }

  private func plane(_ more: String) throws -> ControlPlaneSettings? {
    guard case .controlPlane(let plane) = try accepted(Self.settings(more)).fleet.driver else {
      return nil
    }
    return plane
  }

  @Test func `an address, a token, and how it meets older orders`() throws {
    let plane = try plane(
      "url: \"https://api.example.com\"\ntoken: {env: CP_TOKEN}\nfencing: none\ntenant_time: 2m")

    #expect(plane?.address == "https://api.example.com")
    #expect(plane?.token == .environment("CP_TOKEN"))
    #expect(plane?.fencing == ControlPlaneSettings.Fencing.none)
    #expect(plane?.tenantTime == .minutes(2))
  }

  @Test func `fencing is required unless somebody writes otherwise`() throws {
    let plane = try plane("url: \"http://127.0.0.1:8810\"\ntoken: {file: token}")

    #expect(plane?.fencing == .required)
    #expect(plane?.tenantTime == .seconds(390))
  }

  @Test func `production's control plane is named, and the fleet is held to it`() throws {
    let text = Self.settings("url: \"https://staging.example.com/\"\ntoken: {env: T}")
      .replacing("gates:\n", with: "gates:\n  control_plane: https://api.example.com/\n")

    #expect(
      try accepted(text).gates.production
        == ProductionGuard(
          production: "https://api.example.com", address: "https://staging.example.com"))
    #expect(
      try accepted(Self.settings("url: \"https://api.example.com\"\ntoken: {env: T}"))
        .gates.production == nil)
  }

  @Test func `a guard for a fleet that no control plane moves guards nothing, and is refused`() {
    let text = Sample.text.replacing(
      "gates:\n", with: "gates:\n  control_plane: https://api.example.com\n")

    #expect(
      firstSentence(text).contains(
        "no control plane moves the fleet 'production'"))
  }

  @Test(arguments: [
    ("token: {env: T}", "missing key 'fleets.production.url'"),
    ("url: \"https://api.example.com\"", "missing key 'fleets.production.token'"),
    (
      "url: \"http://api.example.com\"\ntoken: {env: T}",
      "'fleets.production.url': expected https, found plain http to a host that is not this machine"
    ),
    (
      "url: \"https://api.example.com\"\ntoken: abc123",
      "'fleets.production.token' holds a literal"
    ),
    (
      "url: \"https://api.example.com\"\ntoken: {env: T}\nfencing: maybe",
      "'fleets.production.fencing': expected 'required' or 'none'"
    ),
    (
      "url: \"https://api.example.com\"\ntoken: {env: T}\nconfirm: true",
      "unknown key 'confirm' in 'fleets.production'"
    ),
  ])
  func `what cannot be used is said where it stands`(more: String, sentence: String) {
    let found = firstSentence(Self.settings(more))

    #expect(found.contains(sentence), "\(found)")
    #expect(!found.contains("abc123"))
  }
}
