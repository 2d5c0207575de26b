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
    "# Made by 'pawl generate workflow --kind \(kind.rawValue) --target \(target)'; do not edit.\n"
  }

  // MARK: Kinds

  private var deliver: [String] {
    [
      "name: Deliver", "on:", "  push:", "    branches: [\(options.branch)]", "jobs:",
      "  build:", "    runs-on: \(options.runner)",
    ] + limit + ["    steps:"] + checkout + [
      "      - run: \(limited(options.command))",
      "  deliver:", "    needs: build", "    runs-on: \(options.runner)",
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
      "jobs:", "  rollback:", "    runs-on: \(options.runner)",
    ]
      + limit + ["    steps:"] + checkout + [
        "      - run: \(limited("pawl rollback --to \"$TO\" --reason \"$REASON\""))",
        "        env:",
      ] + env
  }

  private var check: [String] {
    [
      "name: Check", "on:", "  push:", "    branches: [\(options.branch)]", "  pull_request:",
      "jobs:", "  check:", "    runs-on: \(options.runner)",
    ] + limit + ["    steps:"] + checkout + ["      - run: \(limited(options.command))"]
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
}
