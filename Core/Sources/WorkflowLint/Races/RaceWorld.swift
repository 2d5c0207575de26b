/// A moment of a few runs that share a fleet and tags.
struct RaceWorld: Hashable, Sendable {
  struct Run: Hashable, Sendable {
    enum Status: Hashable, Sendable {
      case waitsForPush
      case ready
      /// Waits for the group of the whole run.
      case pending
      case running
      /// A newer run has cancelled it; what it is doing right now may still be done.
      case cancelling
      case ended
    }

    let program: Int
    /// Its commit; a greater one is newer.
    let commit: Int
    var status = Status.waitsForPush
    var jobs: [Job]
    /// A bit for each question that was answered with no: something newer is there.
    var noes: UInt64 = 0
  }

  struct Job: Hashable, Sendable {
    enum Status: Hashable, Sendable {
      case waitsForNeeds
      /// May enter its group.
      case entering
      case pending
      case running
      case cancelling
      case done
      case failed
    }

    var status = Status.waitsForNeeds
    var next = 0

    var hasEnded: Bool { status == .done || status == .failed }
  }

  /// Who holds a group or waits for it: a run, or one of its jobs.
  struct Claim: Hashable, Sendable {
    let run: Int
    let job: Int?
  }

  /// What each shared thing is on; 0 is the release before.
  var values: [Int]
  /// The newest commit of the branch.
  var head = 0
  var runs: [Run]
  /// The longest first.
  var waiting: [Claim] = []
  /// Who holds each group.
  var holders: [Claim?]
}

/// What happened in one step of the world.
struct RaceEvent: Sendable {
  /// Index of the run; nil for a push.
  let run: Int?
  let text: String
  let place: String?
  /// What it moved, to which commit, and from which, when that is newer.
  var moved: (shared: Int, from: Int, to: Int)?

  var isBackwards: Bool { moved.map { $0.to < $0.from } ?? false }
}
