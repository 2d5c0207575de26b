import Foundation
import Glibc
import TestSupport
import Testing
import Vocabulary

/// Looking at a fleet: who is listed, who is left out, and what each tenant serves.
@Suite(.timeLimit(.minutes(5)))
struct FleetVerbTests {
  @Test func `a tenant that is named is restarted on the newest proven release, and nobody else`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      let early = try await stage.pawl("redeploy", "anna", "--reason", "it leaks")
      #expect(early.code == 66 && early.says("expected a release that was proven"), "\(early)")
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let before = try stage.processes()

      let unnamed = try await stage.pawl("redeploy", "--reason", "they leak")
      #expect(unnamed.code == 64, "\(unnamed)")
      let mistyped = try await stage.pawl("redeploy", "ana", "--reason", "it leaks")
      #expect(mistyped.code == 66 && mistyped.says("did you mean 'anna'?"), "\(mistyped)")
      let done = try await stage.pawl("redeploy", "anna", "--reason", "it leaks", "--json")

      let after = try stage.processes()
      #expect(done.code == 0 && done.says(#""conclusion""#, #""proven""#), "\(done)")
      #expect(done.says(#""redeploy""#, #""it leaks""#, stage.commits[1].text), "\(done)")
      #expect(after["anna"]?.pid != before["anna"]?.pid)
      for other in before.keys where other != "anna" {
        #expect(after[other]?.pid == before[other]?.pid)
      }
      let history = try await stage.pawl("history")
      #expect(history.says("redeploy \(stage.commits[1])"), "\(history)")
      let pinned = try await stage.pawl("pin", "set", "anna", "--reason", "fragile")
      #expect(pinned.code == 0)
      let refused = try await stage.pawl("redeploy", "anna", "--reason", "it leaks")
      #expect(refused.code != 0 && refused.says("anna is pinned"), "\(refused)")
      let clear = try await stage.pawl("quarantine", "clear", "bert", "--reason", "looked")
      #expect(clear.code == 66 && clear.says("no tenant 'bert' in the quarantine"), "\(clear)")
    }
  }

  @Test func `everybody who is listed is accounted for, also when a program lists them`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      let rows = stage.tenants.map { tenant in
        let labels = tenant.slug == "bert" ? ", labels: {ring: early}" : ""
        return "- {slug: \(tenant.slug), url: \"\(tenant.url)\"\(labels)}"
      }
      let suspended = "- {slug: e2e-1, url: \"http://127.0.0.1:9\"}"
      try await writeProgram(
        "#!/bin/sh\ncat <<END\n\((rows + [suspended]).joined(separator: "\n"))\nEND\n",
        to: stage.path("list"))
      let listed = stage.settings.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("      - {slug:") }.joined(separator: "\n")
      try stage.write(
        listed.replacing(
          "    tenants:", with: "    exclude: [\"e2e-*\"]\n    tenants: {command: [./list]}"))

      let before = try await stage.pawl("fleet", "list")
      #expect(before.code == 0, "\(before)")
      #expect(before.says("excluded by e2e-*", "3 in scope, 1 excluded"), "\(before)")

      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let matrix = try await stage.pawl("fleet", "matrix")
      #expect(matrix.code == 0, "\(matrix)")
      #expect(matrix.says(stage.commits[1].short, "running"), "\(matrix)")

      let early = try await stage.pawl("fleet", "matrix", "--select", "ring=early", "--json")
      #expect(early.code == 0 && early.says("\"bert\"") && !early.says("\"anna\""), "\(early)")
      let nobody = try await stage.pawl("fleet", "matrix", "--select", "ring=late")
      #expect(nobody.code == 66 && nobody.says("no tenant has ring=late"), "\(nobody)")
      #expect(try await stage.pawl("quarantine", "list").says("no tenant is quarantined"))

      let anna = try #require(try stage.processes()["anna"])
      kill(anna.pid, SIGKILL)
      try stage.write("slug\tring\nacme\tcanary\n", to: "census.tsv")
      let imported = try await stage.pawl(
        "fleet", "import", stage.path("census.tsv"), "--url", "https://{slug}.example.com")
      #expect(
        imported.says(
          #"- {slug: "acme", url: "https://acme.example.com", labels: {"ring": "canary"}}"#),
        "\(imported)")
      let silent = try await stage.pawl("fleet", "matrix")
      #expect(silent.code != 0 && silent.says("unreachable"), "\(silent)")

      try stage.write("#!/bin/sh\nexit 3\n", to: "list")
      let unreadable = try await stage.pawl("deploy", "--sha", stage.commits[1].text)
      #expect(
        unreadable.code == 69 && unreadable.says("who is in the fleet is unknown"), "\(unreadable)")
    }
  }
}
