import Diagnostics
import Settings
import Testing

/// What is allowed and probably not meant is said, and does not stop anybody.
struct WarningTests {
  @Test(arguments: [
    (
      "  repository: acme/platform\n", "",
      "pawl.yaml:3:3: warning: nobody checks from which repository the images were built; "
        + "set 'image_source' to what their label org.opencontainers.image.source says"
    ),
    (
      "canary: [acme]", "canary: [acme, reno-stars]",
      "pawl.yaml:16:11: warning: the canary is the whole fleet: nothing is tried on few before it "
        + "reaches all; choose fewer"
    ),
    (
      "follows: proven", "follows: candidates",
      "pawl.yaml:12:3: warning: no channel follows proof: a rollout will promote nothing; "
        + "say 'follows: proven' where consumers expect what tenants run"
    ),
    (
      "\"CI / tests\"", "\"CI / *\"",
      "pawl.yaml:14:25: warning: 'CI / *' is compared letter by letter: '*' stands for itself; "
        + "write the full name of each check"
    ),
    (
      "  prod: {host: registry.example.com}",
      "  prod: {host: registry.example.com}\n  spare: {host: spare.example.com}",
      "pawl.yaml:9:1: warning: the registry 'spare' carries no channel, and no tenant pulls from it; "
        + "name it in 'channels', or remove it"
    ),
  ])
  func `a warning is given and the file accepted`(old: String, new: String, sentence: String) throws
  {
    let text = Sample.with(old, new)

    #expect(firstSentence(text) == sentence)
    _ = try accepted(text)
  }

  @Test func `fleets that are not rolled out are pointed at`() {
    let second = "  spare:\n    driver: processes\n    tenants: {file: spare.yaml}"
    let text = Sample.with("canary: [acme]", "canary: [acme]\n  fleet: production") + second + "\n"

    #expect(places(text) == ["18:1 warning settings/unguarded"])
  }
}
