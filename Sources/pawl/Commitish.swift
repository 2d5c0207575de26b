import ArgumentParser
import Capabilities
import Presentation
import Settings
import Vocabulary

/// What a person typed to mean a commit. It is resolved once; from there on only the full commit is used.
struct Commitish: Sendable {
  static let help: ArgumentHelp = "A full or short SHA, a branch or a tag."

  static let helpForHead: ArgumentHelp =
    "A full or short SHA, a branch or a tag. Default: the head of the branch."

  private let text: String

  init(_ text: String) { self.text = text }

  /// The commit that the repository says this is.
  func commit(in assembly: Assembly) async throws(ProcessFailure) -> Commit {
    switch try await named(in: assembly) {
    case .found(let commit): return commit
    case .absent: throw absent(from: assembly)
    case .unknown(let unknown): throw unanswered(unknown, assembly)
    }
  }

  /// The commit an order is about. A full SHA needs nobody to say what it means, so that a guard can be
  /// set while the repository does not answer; one that is proven not to exist is refused all the same.
  func commitForOrders(_ assembly: Assembly) async throws(ProcessFailure) -> Commit {
    let reading = try await named(in: assembly)
    switch (reading, try? Commit(parsing: text)) {
    case (.found(let commit), _): return commit
    case (.absent, _): throw absent(from: assembly)
    case (.unknown, let full?): return full
    case (.unknown(let unknown), nil): throw unanswered(unknown, assembly)
    }
  }

  /// The one of `known` that this begins, else what the repository says: an order about something that
  /// pawl knows does not depend on the repository.
  func commit(
    amongst known: [Commit], else assembly: Assembly
  ) async throws(ProcessFailure) -> Commit {
    let digits = text.lowercased()
    if digits.utf8.count >= 7 {
      let matching = known.filter { $0.text.hasPrefix(digits) }
      if let first = matching.first, matching.allSatisfy({ $0 == first }) { return first }
    }
    return try await commit(in: assembly)
  }

  private func named(in assembly: Assembly) async throws(ProcessFailure) -> Reading<Commit> {
    let text = text
    return try await assembly.asking { await $0.commit(named: text) }
  }

  private var shown: String { printable(text, charactersMax: 80) }

  private func absent(from assembly: Assembly) -> ProcessFailure {
    ProcessFailure(
      .inputMissing,
      "expected a commit, branch or tag, found none called '\(shown)' in "
        + "\(assembly.settings.source.location); nothing was changed",
      advice: "check the name, and that it was pushed")
  }

  private func unanswered(_ unknown: Unknown, _ assembly: Assembly) -> ProcessFailure {
    // A local repository that cannot be read, or a name with two meanings, is for the person to mend.
    let isOurs = unknown.cause == .unanswerable || assembly.settings.source.location.isLocal
    guard isOurs else {
      return ProcessFailure(unanswered: "which commit '\(shown)' is", unknown)
    }
    return ProcessFailure(
      .inputMissing, "which commit '\(shown)' is cannot be told: \(unknown.detail)",
      advice: "give the full SHA, or check source.url in pawl.yaml; nothing was changed")
  }
}

extension Commit {
  /// Stands where a plan wants a commit and only its channels are asked for.
  static let unspecified: Commit = "0000000000000000000000000000000000000000"
}
