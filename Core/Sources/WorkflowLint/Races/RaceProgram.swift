import MarkedYAML

/// What one run of a workflow does to what runs share, in order, as far as the prover looks.
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
    /// Asks whether a newer commit is there, and remembers the answer.
    case askHead
    /// Asks what a tag or the fleet is on, and remembers it.
    case ask(Shared)
    /// Moves it to the run's own commit, unless what was asked forbids it.
    case effect(Shared, Guard)
    /// Compares what runs with the run's own commit, and fails when it is another.
    case verify
    /// Moves it in one step that is refused when something newer is there.
    case fenced(Shared)
    /// Takes the place in the concurrency group, and gives it back.
    case enter
    case leave
  }

  struct Guard: Sendable {
    /// The answer about the head counts.
    var head = false
    /// What was asked about the shared thing itself counts.
    var shared = false
  }

  struct Step: Sendable {
    let move: Move
    let title: String
    let file: String
    let mark: YAMLMark

    var isEffect: Bool {
      switch move {
      case .effect, .fenced: true
      case .askHead, .ask, .verify, .enter, .leave: false
      }
    }
  }

  /// What a group does with runs that come while another holds it.
  enum Discipline: Sendable {
    case none
    /// The newcomer cancels the holder and those who wait.
    case cancels
    /// One waits; a newcomer takes its place.
    case onePending
    /// All wait, and go in the order they came.
    case queue
  }

  let file: String
  let steps: [Step]
  let discipline: Discipline
  /// For a sentence: what the server makes of the group.
  let disciplineReason: String
  /// Runs begin in the order of their commits; else in any.
  let startsInOrder: Bool
  /// The name of the group, when it is shared by runs of different commits.
  let group: String?
  /// Questions about ancestry before an effect of which it was not recognised that they keep it.
  let doubts: [Step]

  var shared: [Shared] {
    var all: [Shared] = []
    for step in steps {
      switch step.move {
      case .effect(let shared, _), .fenced(let shared):
        if !all.contains(shared) { all.append(shared) }
      case .askHead, .ask, .verify, .enter, .leave: break
      }
    }
    return all
  }

  var hasEffects: Bool { !shared.isEmpty }
}
