import MarkedYAML

/// What one run of a workflow does to what runs share, as far as the prover looks: its jobs, each one step
/// after the other, side by side unless one needs another.
struct RaceProgram: Sendable {
  /// Something that several runs read and move.
  enum Shared: Hashable, Sendable, CustomStringConvertible {
    case fleet
    case tag(String)

    var description: String {
      switch self {
      case .fleet: "fleet"
      case .tag(let name): name
      }
    }
  }

  enum Move: Sendable {
    /// Work that changes nothing shared and takes its time.
    case other
    /// Asks whether a newer commit is there, and remembers the answer under a number.
    case askHead(Int)
    /// Asks what a tag or the fleet is on, and remembers whether that is newer.
    case ask(Shared, Int)
    /// Moves it to the run's own commit, unless one of these answers forbids it.
    case effect(Shared, unless: [Int])
    /// Compares what runs with the run's own commit, and fails when it is another.
    case verify
    /// Moves it in one step that is refused when something newer is there.
    case fenced(Shared)
  }

  struct Step: Sendable {
    let move: Move
    let title: String
    let file: String
    let mark: YAMLMark
    /// Done after a failure and after a cancellation too: `if: always()`.
    var isAlways = false

    var isEffect: Bool { moved != nil }

    var moved: Shared? {
      switch move {
      case .effect(let shared, _), .fenced(let shared): shared
      case .other, .askHead, .ask, .verify: nil
      }
    }
  }

  /// What a group does with runs that come while another holds it.
  enum Discipline: Sendable {
    /// The newcomer cancels the holder and those who wait.
    case cancels
    /// One waits; a newcomer takes its place.
    case onePending
    /// All wait, and go in the order they came.
    case queue
  }

  /// A group of concurrency as one run or job enters it.
  struct Group: Sendable {
    /// Groups of one name are one group, in whatever file they stand.
    let name: String
    let discipline: Discipline
    let mark: YAMLMark
  }

  struct Job: Sendable {
    let title: String
    /// By their place in ``RaceProgram/jobs``.
    let needs: [Int]
    let group: Group?
    /// The group is entered as the run starts, and not some time later.
    let entersWithRun: Bool
    let steps: [Step]
    /// Run although a needed job has failed.
    let goesOnAfterFailure: Bool
    /// Run although the run is cancelled.
    let isAlways: Bool
  }

  /// More of them than a workflow has; past it nothing is claimed.
  static let actsMax = 300
  /// As many answers are remembered.
  static let questionsMax = 64

  let file: String
  let jobs: [Job]
  /// The group of the whole run.
  let group: Group?
  /// For a sentence: what the server makes of the groups.
  let disciplineReason: String
  /// Runs begin in the order of their commits; else in any.
  let startsInOrder: Bool
  /// What is taken for no help, and might be one.
  let doubts: [Doubt]
  /// Why not everything of it was looked at; nil when it was.
  let unread: Doubt?

  /// A question, or a group, of which it is not known whether it keeps production from going back.
  struct Doubt: Sendable {
    let title: String
    let file: String
    let mark: YAMLMark
  }

  var steps: [Step] { jobs.flatMap(\.steps) }

  var shared: [Shared] {
    var all: [Shared] = []
    for thing in steps.compactMap(\.moved) where !all.contains(thing) { all.append(thing) }
    return all
  }

  var groups: [Group] { [group].compactMap(\.self) + jobs.compactMap(\.group) }
}
