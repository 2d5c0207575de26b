import Testing
import Vocabulary

extension BadInput {
  struct InventoryInputTests {
    private static let cases: [(old: String, new: String, says: [String])] = [
      ("slug: bert", "slug: anna", ["there is another tenant 'anna'"]),
      ("slug: bert", "slug: \"Bert Inc\"", ["is not a tenant slug", "'Bert Inc'"]),
      ("slug: bert", "labels: {ring: late}, slug: \"\"", ["slug"]),
      ("http://127.0.0.1", "127.0.0.1", ["is not a web address"]),
      ("http://127.0.0.1", "ftp://127.0.0.1", ["is not a web address"]),
      (
        "http://127.0.0.1", "http://10.0.0.7", ["expected the address of a process on this machine"]
      ),
      ("canary: [anna]", "canary: [ana]", ["the canary 'ana' is not in the fleet", "'anna'"]),
      ("canary: [anna]", "canary: {label: ring=none}", ["no tenant has the label 'ring=none'"]),
      ("factor: 2", "factor: 0", ["rollout.batch.factor", "1 to 10", "'0'"]),
      (
        "slug: bert", "labels: {class: suspendet}, slug: bert",
        ["as the class of a tenant, found 'suspendet'", "did you mean 'suspended'?"]
      ),
      (
        "driver: processes", "driver: processes\n    exclude: [anna]",
        ["the canary 'anna' is not in the fleet"]
      ),
      (
        "driver: processes", "driver: processes\n    exclude: [\"*n*\", \"b*\"]",
        ["leaves out all 2 tenants"]
      ),
    ]

    @Test func `a fleet that cannot be meant is refused where it is written, and nothing is moved`()
      async throws
    {
      try await withReleasedStage { stage in
        for (old, new, says) in Self.cases {
          let text = stage.settings.replacing(old, with: new)
          #expect(text != stage.settings, "\(old)")
          try stage.write(text)

          try await stage.expectRefusal(
            of: "deploy", "--sha", stage.commits[1].text, code: 78, says: ["pawl.yaml:"] + says)
        }
      }
    }

    @Test func `a list in a file is held to the same, and is named with the line`() async throws {
      try await withReleasedStage { stage in
        let rows = stage.settings.split(separator: "\n").filter { $0.hasPrefix("      - {slug:") }
        let listed = stage.settings.split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.hasPrefix("      - {slug:") }.joined(separator: "\n")
        try stage.write(
          listed.replacing("    tenants:", with: "    tenants: {file: tenants.yaml}"))
        try stage.write((rows + [rows[0]]).joined(separator: "\n") + "\n", to: "tenants.yaml")

        try await stage.expectRefusal(
          of: "deploy", "--sha", stage.commits[1].text, code: 78,
          says: ["tenants.yaml:3:", "there is another tenant 'anna'"])
      }
    }

    @Test func `an engine that is down halts at the canary, is named, and nobody is moved`()
      async throws
    {
      try await withReleasedStage { stage in
        let socket = stage.path("nobody.sock")
        try stage.write(
          stage.settings.replacing(
            "driver: processes", with: "driver: docker\n    engine: unix://\(socket)"
          ).replacing("settle: {budget: 20s", with: "settle: {budget: 1s"))

        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 40,
          says: [
            "halted-canary: anna: still serves \(stage.commits[0].short), expected "
              + stage.commits[1].short,
            "; its order may not have been obeyed: unreachable: no container engine answers at \(socket)",
          ])
      }
    }

    @Test func `a selection that means nobody is an error, and never everybody`() async throws {
      try await withReleasedStage { stage in
        for verb in ["list", "matrix"] {
          try await stage.expectRefusal(
            of: "fleet", verb, "--select", "ring=none", code: 66,
            says: ["no tenant has ring=none; nothing was done"])
        }
      }
    }
  }
}
