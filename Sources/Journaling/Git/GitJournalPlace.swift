/// Which reference of which repository holds a journal.
public struct GitJournalPlace: Hashable, Sendable {
  /// What `git push` is given: an absolute path or an address, without a password.
  let remote: String
  /// `refs/pawl/production`.
  let reference: String
  /// Where pawl keeps a bare repository of its own with the objects it has seen.
  let cache: String

  /// - Parameters:
  ///   - remote: an absolute path or an address that git may be given safely; begins with no `-`.
  ///   - reference: the full name of a reference.
  public init(remote: String, reference: String, cache: String) {
    precondition(
      !remote.hasPrefix("-") && reference.hasPrefix("refs/"),
      "a place in git was checked where the settings were read")
    self.remote = remote
    self.reference = reference
    self.cache = cache
  }

  /// Whether both are one reference, wherever its copies are kept.
  public func isSame(as other: GitJournalPlace) -> Bool {
    remote == other.remote && reference == other.reference
  }

  /// Beside the journal, so that renewals do not stand in the change log.
  var lease: String { reference + ".lease" }

  /// Beside the journal, so that a machine that has nothing yet can begin with it.
  var snapshot: String { reference + ".snapshot" }

  var description: String { "git:\(reference) of \(remote)" }
}
