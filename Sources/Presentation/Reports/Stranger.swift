import Decisions
import Diagnostics
import Vocabulary

/// A required name that a commit has no check of, with the most similar one that it has.
public struct Stranger: Encodable, Hashable, Sendable {
  let name: String
  let nearest: String?

  /// - Parameter others: names of checks that no gate asks about.
  static func all(in verdicts: [GateVerdict], others: [ContextName]) -> [Stranger] {
    verdicts.filter { $0.kind == .context && $0.verdict == .absent }.map { verdict in
      Stranger(
        name: verdict.name,
        nearest: Diagnostics.nearest(to: verdict.name, in: others.map(\.text)))
    }
  }

  /// Nil where nothing is similar.
  var question: String? {
    nearest.map { "'\(name)' is not there; did you mean '\($0)'?" }
  }
}
