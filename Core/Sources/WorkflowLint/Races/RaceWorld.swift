/// A moment of a few runs that share a fleet and tags.
struct RaceWorld: Hashable, Sendable {
  enum Status: Hashable, Sendable {
    case waitsForPush
    case ready
    case running
    case pending
    /// A newer run has cancelled it; what it is doing right now may still be done.
    case cancelling
    case ended
  }

  struct Run: Hashable, Sendable {
    let program: Int
    /// Its commit; a greater one is newer.
    let commit: Int
    var status = Status.waitsForPush
    var next = 0
    /// Whether a newer commit was there when it was asked; nil before.
    var sawNewer: Bool?
    /// What a shared thing was on when it was asked, by its index.
    var saw: [Int: Int] = [:]
  }

  /// What each shared thing is on; 0 is the release before.
  var values: [Int]
  /// The newest commit of the branch.
  var head = 0
  var runs: [Run]
  /// Runs that wait for their group, the longest first.
  var waiting: [Int] = []
  /// Who holds the group of a program.
  var holders: [Int: Int] = [:]
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
