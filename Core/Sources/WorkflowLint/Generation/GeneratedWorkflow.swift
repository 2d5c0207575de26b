import Diagnostics

/// A workflow that uses pawl, written for one server: what that server ignores or drops is not in it.
public struct GeneratedWorkflow: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Builds and delivers every push.
    case deliver
    /// Goes back to an earlier release, started by hand.
    case rollback
    /// Runs the checks of a repository.
    case check
  }

  /// What is the repository's own.
  public struct Options: Sendable {
    public var branch = "main"
    /// The label of the runner.
    public var runner = "ubuntu-latest"
    /// What builds and pushes the images, or runs the checks.
    public var command = "make"
    /// The settings, where they are not in `pawl.yaml`.
    public var config: String?
    /// The secrets that pawl gets, as variables of the same names.
    public var secrets: [String] = []
    /// The secrets that ``command`` gets.
    public var commandSecrets: [String] = []

    public init() {}
  }

  private let kind: Kind
  private let target: Target
  private let options: Options

  public init(_ kind: Kind, for target: Target, options: Options) {
    self.kind = kind
    self.target = target
    self.options = options
  }

  /// Where the server looks for it.
  public var path: String { "\(target.forge.folders[0])/\(kind.rawValue).yml" }

  /// The first words of every file that is made here, and of none that a person has written.
  public static let heading = "# Made by 'pawl generate workflow"

  /// Why the workflow is not to be used, one reason a line; empty when it passes the lint and the prover for
  /// its server.
  public var faults: [String] {
    for (name, value) in [
      ("branch", options.branch), ("runner", options.runner), ("command", options.command),
      ("file of settings", options.config ?? "pawl.yaml"),
    ] where value.isEmpty || value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      return ["expected one line as the \(name), found \(value.isEmpty ? "nothing" : "several")"]
    }
    for name in options.secrets + options.commandSecrets where !Self.isName(name) {
      return ["expected letters, digits and '_' as the name of a secret, found '\(name)'"]
    }
    let lint = Lint(settings: LintSettings(), facts: Facts(), targets: [target])
    let input = Lint.Input(path: path, content: .text(text))
    let outcome = lint.run([input])
    guard outcome.exitCode(failOn: .error) == 0 else { return LintReport(outcome).lines }
    guard kind != .check else { return [] }
    let proof = RaceProof([input], lint)
    switch proof.verdict {
    case .none: return []
    case .backwards, .unproven, .unreadable: return proof.lines
    }
  }

  private static func isName(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.first.map { $0 > UInt8(ascii: "9") } ?? false
      && bytes.allSatisfy {
        $0 == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
      }
  }

  public var text: String {
    let body =
      switch kind {
      case .deliver: deliver
      case .rollback: rollback
      case .check: check
      }
    return heading + body.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    "\(Self.heading) --kind \(kind.rawValue) --target \(target)'; do not edit.\n"
  }

  // MARK: Kinds

  private var deliver: [String] {
    [
      "name: Deliver", "on:", "  push:", "    branches: [\(PlainScalar.text(options.branch))]",
      "jobs:",
      "  build:", "    runs-on: \(PlainScalar.text(options.runner))",
    ] + limit + ["    steps:"] + checkout + [
      "      - run: \(PlainScalar.text(limited(options.command)))"
    ] + env(options.commandSecrets) + [
      "  deliver:", "    needs: build", "    runs-on: \(PlainScalar.text(options.runner))",
    ] + limit + ["    steps:"] + checkout + [
      "      # Overlapping runs meet in pawl's journal. One that is cancelled is carried on by the next.",
      "      - run: \(pawl("deploy", "--sha \"$GITHUB_SHA\" --accept noop,superseded"))",
    ] + env(options.secrets)
  }

  private var rollback: [String] {
    let takesInputs = target.does(.dispatchInputs) != false
    let on =
      takesInputs
      ? [
        "  workflow_dispatch:", "    inputs:",
        "      to: {description: the commit to go back to, required: true}",
        "      reason: {description: why, required: true}",
      ] : ["  push:", "    tags: ['rollback/*']"]
    let answers =
      takesInputs
      ? ["TO: ${{ github.event.inputs.to }}", "REASON: ${{ github.event.inputs.reason }}"]
      : ["TO: ${{ github.sha }}", "REASON: ${{ github.ref_name }}"]
    return ["name: Rollback", "on:"] + on + [
      "jobs:", "  rollback:", "    runs-on: \(PlainScalar.text(options.runner))",
    ]
      + limit + ["    steps:"] + checkout + [
        "      - run: \(pawl("rollback", "--to \"$TO\" --reason \"$REASON\""))"
      ] + env(options.secrets, after: answers)
  }

  private var check: [String] {
    [
      "name: Check", "on:", "  push:", "    branches: [\(PlainScalar.text(options.branch))]",
      "  pull_request:",
      "jobs:", "  check:", "    runs-on: \(PlainScalar.text(options.runner))",
    ] + limit + ["    steps:"] + checkout + [
      "      - run: \(PlainScalar.text(limited(options.command)))"
    ] + env(options.commandSecrets)
  }

  // MARK: Parts

  private var checkout: [String] {
    // The whole history: ancestry is asked of it.
    ["      - uses: actions/checkout@v4", "        with: {fetch-depth: 0}"]
  }

  /// A limit of time, where the server knows one.
  private var limit: [String] {
    target.lacks(.jobTimeout) ? [] : ["    timeout-minutes: 90"]
  }

  /// A limit of time in the step, where the server knows none for a job.
  private func limited(_ command: String) -> String {
    target.lacks(.jobTimeout) ? ShellCommandLine(command).limited(to: "90m") : command
  }

  /// `pawl` with this verb and words, as a scalar.
  private func pawl(_ verb: String, _ words: String) -> String {
    guard let config = options.config else { return limited("pawl \(verb) \(words)") }
    let quoted = "'" + config.replacing("'", with: #"'\''"#) + "'"
    return PlainScalar.text(limited("pawl \(verb) --config \(quoted) \(words)"))
  }

  /// The secrets as variables of a step, one a line, behind `others`.
  private func env(_ secrets: [String], after others: [String] = []) -> [String] {
    let lines = others + secrets.map { "\($0): ${{ secrets.\($0) }}" }
    return lines.isEmpty ? [] : ["        env:"] + lines.map { "          \($0)" }
  }
}
