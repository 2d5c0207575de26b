import MarkedYAML

/// One thing that a job does to production, or does before it does.
struct Act: Sendable {
  enum Kind: Sendable {
    /// Tenants are told to run something.
    case deploy
    /// A tag is moved.
    case promote(Promotion)
    /// What runs is asked.
    case verify(Verification)
    /// Whether a newer commit is there is asked.
    case superseded
    /// Whether the candidate descends from what is there is asked.
    case ancestry
    /// Whether a person has stopped deployments is asked.
    case killSwitch(String)
    /// pawl itself, which does all of this in order.
    case pawl(String)
  }

  let kind: Kind
  /// Index of the step in its job.
  let step: Int
  let mark: YAMLMark
  /// What a person would call it.
  let title: String
  /// Where in the script of the step, in bytes; 0 for an action.
  let offset: Int
  /// Run only under a condition inside its script.
  let isConditional: Bool
  /// What an answer leads to, for a question.
  var consequence = Consequence()

  /// Whether it changes production.
  var isEffect: Bool {
    switch kind {
    case .deploy, .promote: true
    case .verify, .superseded, .ancestry, .killSwitch, .pawl: false
    }
  }

  var isDeploy: Bool { if case .deploy = kind { true } else { false } }
  var isSuperseded: Bool { if case .superseded = kind { true } else { false } }
  var isAncestry: Bool { if case .ancestry = kind { true } else { false } }
  var isKillSwitch: Bool { if case .killSwitch = kind { true } else { false } }
  var isPawl: Bool { if case .pawl = kind { true } else { false } }
  var promotion: Promotion? { if case .promote(let promotion) = kind { promotion } else { nil } }
  var verification: Verification? {
    if case .verify(let verification) = kind { verification } else { nil }
  }
}

/// What a script does with the answer to a question.
struct Consequence: Sendable {
  /// It ends the script: what stands behind it in the same step is not done.
  var endsStep = false
  /// It fails the step, and with it the job.
  var failsJob = false
  /// It tells later steps, through `$GITHUB_OUTPUT` or `$GITHUB_ENV`.
  var tells = false
  /// It stands in the `if` of its step or job, and so keeps that from running.
  var isCondition = false
  /// It was followed command by command: what is not said here does not follow. Else any condition in the
  /// script counts as one on the answer.
  var isFollowed = false
  /// Offsets of the commands of the same script that are then left out.
  var leftOut: Set<Int> = []

  /// Whether it leads to anything outside its own step.
  var reachesOut: Bool { failsJob || tells }
}

/// A tag that is moved.
struct Promotion: Sendable {
  let image: String
  let tag: String
  /// Where it is copied from; nil for a build.
  let source: String?
  /// Made and pushed in one go, before anybody could look at it.
  let isBuild: Bool
}

/// A question about what runs.
struct Verification: Sendable {
  /// It is asked again and again.
  let isPolled: Bool
  /// What it asks for can tell which build runs.
  let identifies: Bool
  /// The answer is compared with a commit.
  let compares: Bool
}
