import Vocabulary

/// What a person typed to mean a commit, sorted by what it can be.
enum CommitNaming {
  case full(Commit)
  /// A branch, a tag or, when it is hexadecimal, the beginning of an object name.
  case name(String)

  /// Fewer digits name nothing, as in git itself.
  static let digitsMin = 4

  /// How many meanings an ambiguous name is answered with.
  static let candidatesMax = 6

  /// Nil for expressions such as `main~3`: what they mean changes while one looks.
  init?(_ text: String) {
    if let commit = try? Commit(parsing: text) {
      self = .full(commit)
    } else if BranchName.normalized(text) != nil {
      self = .name(text)
    } else {
      return nil
    }
  }

  /// The one commit that is meant; nil when the repository has none of that name.
  /// - Throws: ``Unknown`` with the candidates when there is more than one.
  func meaning(in repository: GitRepository) async throws(Unknown) -> Commit? {
    switch self {
    case .full(let commit): return try await repository.lacking([commit]).isEmpty ? commit : nil
    case .name("HEAD"): return try await repository.checkedOut()
    case .name(let name):
      var candidates: [(what: String, commit: Commit)] = []
      for reference in try await repository.references(named: Self.references(for: name)) {
        guard let commit = try await repository.peeled(reference.name) else {
          throw Unknown(
            .unanswerable, "\(reference.name) in \(repository.path) does not lead to a commit")
        }
        candidates.append((reference.name, commit))
      }
      for commit in try await Self.commits(beginningWith: name, in: repository) {
        candidates.append((String(commit.text.prefix(max(12, name.utf8.count + 4))), commit))
      }
      return try Self.only(candidates, named: name, in: repository)
    }
  }

  private static func references(for name: String) -> [String] {
    name.hasPrefix("refs/") ? [name] : ["refs/heads/\(name)", "refs/tags/\(name)"]
  }

  private static func commits(
    beginningWith digits: String, in repository: GitRepository
  ) async throws(Unknown) -> [Commit] {
    let isAbbreviation = digits.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard isAbbreviation, digits.utf8.count >= digitsMin else { return [] }
    let objects = try await repository.objects(beginningWith: digits.lowercased())
    var commits: [Commit] = []
    for (object, found) in zip(objects, try await repository.kinds(of: objects)) {
      switch found?.kind {
      case .commit?: if let commit = found?.object { commits.append(commit) }
      case .tag?: if let commit = try await repository.peeled(object) { commits.append(commit) }
      case .tree?, .blob?, nil: continue
      }
    }
    return commits
  }

  private static func only(
    _ candidates: [(what: String, commit: Commit)], named name: String, in repository: GitRepository
  ) throws(Unknown) -> Commit? {
    guard let first = candidates.first else { return nil }
    guard candidates.contains(where: { $0.commit != first.commit }) else { return first.commit }
    let shown = candidates.prefix(candidatesMax).map(\.what).joined(separator: ", ")
    let more =
      candidates.count > candidatesMax ? " and \(candidates.count - candidatesMax) more" : ""
    throw Unknown(
      .unanswerable,
      "'\(name)' is ambiguous in \(repository.path): it can be \(shown)\(more); "
        + "give more digits, or a full reference")
  }
}
