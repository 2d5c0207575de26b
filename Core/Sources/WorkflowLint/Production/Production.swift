import MarkedYAML

/// What has production effects, as pawl.yaml declares it.
///
/// An earlier linter knew production by two literal strings and had covered nothing for months. So
/// every selector here that matches nothing any more is an error of its own (`production-unmatched`).
struct Production: Sendable {
  struct Selector: Sendable {
    enum Kind: String, Sendable, CaseIterable {
      case hosts
      case endpoints
      /// A program with its first words: `kubectl apply`, or an action: `acme/deploy`.
      case commands
      case labels
      case environments
      case files
    }

    let kind: Kind
    let text: String
    let mark: YAMLMark
    /// Of a command.
    let words: [String]

    init(kind: Kind, text: String, mark: YAMLMark) {
      (self.kind, self.text, self.mark) = (kind, text, mark)
      words = kind == .commands ? text.split(separator: " ").map(String.init) : []
    }
  }

  /// The file it is declared in, for findings.
  var file = "pawl.yaml"
  var selectors: [Selector] = [] {
    didSet { programs = selectors.compactMap(\.words.first?.fileName) }
  }
  /// The programs of declared commands, without their folders.
  private(set) var programs: [String] = []
  /// Tags that tenants pull.
  var tags = ["latest"]
  /// Rolling tags that a build may move.
  var stagingTags = ["staging-latest", "edge", "nightly"]
  /// Variables that stop deployments.
  var killSwitches: [String] = []
  /// Paths or words that a verification asks.
  var verify: [String] = []
  /// Programs or step ids that find out whether a newer commit is there.
  var superseded: [String] = []
  /// Programs that hold a lock from outside.
  var locks: [String] = []

  var isDeclared: Bool { !selectors.isEmpty }

  func texts(_ kind: Selector.Kind) -> [String] {
    selectors.filter { $0.kind == kind }.map(\.text)
  }
}
