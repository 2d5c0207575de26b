public import Decisions
public import Vocabulary

// The words that people and programs are told states by. JSON uses the same ones.

extension Run {
  /// The verb that ordered it.
  public var orderWord: String {
    switch order {
    case .rollback: "rollback"
    case .redeploy: "redeploy"
    case .followUp: "follow-up"
    case .release(.candidate): "candidate"
    case .release(.rollout): "rollout"
    case .release(.promotion): "promote"
    case .release(.everything): "deploy"
    }
  }
}

extension Run.Stage {
  public var word: String {
    switch self {
    case .admitting: "admitting"
    case .placing: "placing"
    case .queued: "queued"
    case .pointing: "pointing"
    case .gating: "gating"
    case .rolling: "rolling"
    case .confirming: "confirming"
    case .promoting: "promoting"
    case .concluded: "concluded"
    }
  }
}

extension TenantProgress.Status {
  public var word: String {
    switch self {
    case .pinned: "pinned"
    case .waiting: "waiting"
    case .outsideWindow: "outside-window"
    case .leftAlone: "left-alone"
    case .ordered: "ordered"
    case .settling: "settling"
    case .proven: "proven"
    case .failed: "failed"
    case .reverting: "reverting"
    case .reverted: "reverted"
    }
  }

  /// The sign beside the word: done, under way, not begun, wrong, left out.
  var sign: String {
    switch self {
    case .proven, .reverted: "✓"
    case .ordered, .settling, .reverting: "●"
    case .waiting: "○"
    case .failed, .leftAlone: "✗"
    case .pinned, .outsideWindow: "–"
    }
  }

  var color: Color? {
    switch self {
    case .proven: .good
    case .ordered, .settling: .active
    case .reverting, .reverted, .leftAlone: .warning
    case .failed: .bad
    case .waiting, .pinned, .outsideWindow: .quiet
    }
  }
}

extension TagMove.State {
  public var word: String {
    switch self {
    case .ready: "ready"
    case .writing: "writing"
    case .cooling: "waiting"
    case .readingBack: "reading-back"
    case .done: "done"
    case .refused: "refused"
    case .foreign: "foreign"
    case .doubtful: "doubtful"
    }
  }

  /// What a person needs to know beyond the word.
  var complaint: String? {
    switch self {
    case .refused(let why), .foreign(let why), .doubtful(let why): why
    case .ready, .writing, .cooling, .readingBack, .done: nil
    }
  }

  var sign: String {
    switch self {
    case .done: "✓"
    case .ready: "○"
    case .writing, .cooling, .readingBack: "●"
    case .refused, .foreign, .doubtful: "✗"
    }
  }

  var color: Color? {
    switch self {
    case .done: .good
    case .ready: .quiet
    case .writing, .cooling, .readingBack: .active
    case .refused, .foreign, .doubtful: .bad
    }
  }
}

extension Verdict {
  /// One word for programs; the description says the rest.
  public var word: String {
    switch self {
    case .confirmed: "confirmed"
    case .refuted: "refuted"
    case .pending: "pending"
    case .absent: "absent"
    case .unknown: "unknown"
    }
  }
}

extension Observation {
  /// One word for programs.
  public var word: String {
    switch self {
    case .running: "running"
    case .unhealthy: "unhealthy"
    case .unidentified: "unidentified"
    case .contradicted: "lying"
    case .unconfirmed: "unconfirmed"
    case .unreachable: "unreachable"
    case .notDeployed: "not-deployed"
    }
  }

  public var sentence: String {
    switch self {
    case .running(let commit): "serves \(commit)"
    case .unhealthy(let commit): "serves \(commit), and is not healthy"
    case .unidentified(let what): "does not name a full commit: \(what)"
    case .contradicted(let what): "names a commit that it does not run: \(what)"
    case .unconfirmed(let commit, let why):
      "says that it serves \(commit), which could not be confirmed (\(why))"
    case .unreachable(let why): "does not answer (\(why))"
    case .notDeployed: "has nothing deployed"
    }
  }
}

extension Conclusion {
  var color: Color {
    switch self {
    case .promoted, .admitted, .proven, .rolledBack, .repaired: .good
    case .noop, .superseded, .deferred, .quarantined, .lagging: .warning
    case .refused, .stopped, .halted, .reverted: .bad
    }
  }
}
