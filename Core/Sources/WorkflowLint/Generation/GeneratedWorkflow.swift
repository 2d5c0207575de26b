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
    ] where value.isEmpty || value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      return ["expected one line as the \(name), found \(value.isEmpty ? "nothing" : "several")"]
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
      "name: Deliver", "on:", "  push:", "    branches: [\(scalar(options.branch))]", "jobs:",
      "  build:", "    runs-on: \(scalar(options.runner))",
    ] + limit + ["    steps:"] + checkout + [
      "      - run: \(scalar(limited(options.command)))",
      "  deliver:", "    needs: build", "    runs-on: \(scalar(options.runner))",
    ] + limit + ["    steps:"] + checkout + [
      "      # Overlapping runs meet in pawl's journal. One that is cancelled is carried on by the next.",
      "      - run: \(limited("pawl deploy --sha \"$GITHUB_SHA\" --accept noop,superseded"))",
    ]
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
    let env =
      takesInputs
      ? [
        "          TO: ${{ github.event.inputs.to }}",
        "          REASON: ${{ github.event.inputs.reason }}",
      ] : ["          TO: ${{ github.sha }}", "          REASON: ${{ github.ref_name }}"]
    return ["name: Rollback", "on:"] + on + [
      "jobs:", "  rollback:", "    runs-on: \(scalar(options.runner))",
    ]
      + limit + ["    steps:"] + checkout + [
        "      - run: \(limited("pawl rollback --to \"$TO\" --reason \"$REASON\""))",
        "        env:",
      ] + env
  }

  private var check: [String] {
    [
      "name: Check", "on:", "  push:", "    branches: [\(scalar(options.branch))]",
      "  pull_request:",
      "jobs:", "  check:", "    runs-on: \(scalar(options.runner))",
    ] + limit + ["    steps:"] + checkout + ["      - run: \(scalar(limited(options.command)))"]
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
    target.lacks(.jobTimeout) ? "timeout 90m \(command)" : command
  }

  /// A value as YAML: plain where nothing in it could mean anything else, else in quotes.
  private func scalar(_ text: String) -> String {
    func isPlain(_ byte: UInt8) -> Bool {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || isLetter(byte) || " ._/-".utf8.contains(byte)
    }
    func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let isSafe =
      text.utf8.allSatisfy(isPlain) && (text.utf8.first.map(isLetter) ?? false)
      && text.utf8.last != UInt8(ascii: " ") && !words.contains(text.lowercased())
    return isSafe ? text : "'" + text.replacing("'", with: "''") + "'"
  }
}
