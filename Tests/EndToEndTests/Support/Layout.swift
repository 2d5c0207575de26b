/// What a ``Stage`` is to hold.
struct Layout: Sendable {
  /// How many commits the repository has, oldest first, each ahead of the one before.
  var commits = 3
  /// How many of them get their images before the test begins.
  var built = 3
  var tenants = ["anna", "bert", "cleo"]
  var canary = "[anna]"
  var soak = "0s"
  /// How long a tenant may take to be proven: long, where nothing is meant to fail, because other tests
  /// share the machine.
  var settleBudget = "20s"
  var startBudget = "20s"
  /// Checks that have to be green.
  var contexts: [String] = []
  /// Where the journal is, as pawl.yaml says it.
  var journal = "sqlite:journal/journal.db"
  /// What the image of a commit, by its number, sets beside the usual: how its tenant misbehaves.
  var misbehaviour: [Int: [String]] = [:]

  /// The line of pawl.yaml that says where commits come from; nil is the repository beside it.
  var source: String?
  /// The lines of pawl.yaml that say what must hold; nil asks for ``contexts``.
  var gates: String?

  init(commits: Int = 3, built: Int? = nil) {
    self.commits = commits
    self.built = built ?? commits
  }
}
