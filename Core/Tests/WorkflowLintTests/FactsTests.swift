import Diagnostics
import Testing
import WorkflowLint

/// What is asked of the outside, and what an answer that is none comes to.
struct FactsTests {
  private static let masked = """
    name: CI
    on: push
    jobs:
      test:
        runs-on: linux
        # see ops#412
        continue-on-error: true
        steps:
          - run: make ${{ vars.TARGET }}
    """
  private static let plain = masked.replacing(
    "    # see ops#412\n    continue-on-error: true\n", with: "")

  private static func input(_ text: String) -> Lint.Input {
    Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))
  }

  private static func lint(_ set: (inout Facts) -> Void = { _ in }) -> Lint {
    var facts = Facts()
    facts.today = Day("2026-11-26")
    set(&facts)
    return Lint(settings: LintSettings(), facts: facts)
  }

  @Test func `only what the files give rise to is asked`() {
    let wanted = Self.lint().wanted(by: [Self.input(Self.masked)])

    #expect(wanted.trackers == ["ops#412"])
    #expect(wanted.jobs.isEmpty)
    #expect(wanted.variables)
    #expect(!wanted.secrets)
    #expect(wanted.runnerLabels)
  }

  @Test func `a tracker of a suppression is asked for, each once`() {
    let text = """
      name: CI  # pawl: ignore[workflow-name-slash] until #7 is mended
      on: push  # pawl: ignore[duplicate-key] #7
      jobs: {}

      """

    #expect(Self.lint().wanted(by: [Self.input(text)]).trackers == ["#7"])
  }

  @Test func `the runs of a job that loses its mask are asked for`() throws {
    var lint = Self.lint()
    lint.base = [Self.input(Self.masked)]

    let job = try #require(lint.wanted(by: [Self.input(Self.plain)]).jobs.first)

    #expect(job.context == "CI / test")
    #expect(job.file == "ci.yml")
    #expect(job.title == "test")
    #expect(lint.wanted(by: [Self.input(Self.masked)]).jobs.isEmpty)
  }

  @Test func `a tracker that cannot be read could not be checked`() {
    let outcome = Self.lint {
      $0.issues = .known([
        Facts.Issue(reference: "ops#412", state: .unknown("forbidden"), opened: nil)
      ])
    }.run([Self.input(Self.masked)])

    #expect(!outcome.findings.contains { $0.rule.text == "coe-untracked" })
    #expect(
      outcome.unverified.map { "\($0.rule): \($0.why)" }
        == ["coe-untracked: whether ops#412 is open: forbidden"])
    #expect(outcome.exitCode(failOn: .error) == 4)
  }

  @Test func `a label that may be one of the server's could not be checked`() {
    func outcome(_ labels: Facts.Labels) -> LintOutcome {
      var lint = Self.lint { $0.runnerLabels = .known(labels) }
      lint.only = ["runner-label-unknown"]
      return lint.run([Self.input(Self.plain)])
    }

    #expect(outcome(Facts.Labels(names: ["windows"], areAll: false)).exitCode(failOn: .error) == 4)
    #expect(outcome(Facts.Labels(names: ["linux"], areAll: false)).exitCode(failOn: .error) == 0)
    #expect(outcome(Facts.Labels(names: ["windows"], areAll: true)).findings.count == 1)
  }

  @Test func `labels, secrets and variables that cannot be read could not be checked`() {
    let outcome = Self.lint {
      $0.runnerLabels = .unreadable("forbidden")
      ($0.secrets, $0.variables) = (.unreadable("forbidden"), .unreadable("forbidden"))
    }.run([Self.input(Self.plain)])

    #expect(Set(outcome.unverified.map(\.rule.text)) == ["runner-label-unknown", "name-unset"])
    #expect(outcome.exitCode(failOn: .error) == 4)
  }
}
