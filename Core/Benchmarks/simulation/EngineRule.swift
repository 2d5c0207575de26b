/// How an engine replaces a fleet, as its documentation says, in virtual time: no decisions of ours.
///
/// Tenants come up and, with a bad build, die as those of the simulator do: up after 0.1 to 8 seconds,
/// dead 5 to 90 seconds later.
struct EngineRule {
  enum Kind {
    /// A Deployment of `apps/v1`: so many of the new ones may be unavailable at once (`maxUnavailable` and
    /// `maxSurge` together). One is available once it was ready for `minReadySeconds`, and is not any more
    /// when it dies.
    case kubernetes
    /// A service of Swarm: so many are updated at once (`update-parallelism`), and each is watched for a
    /// time (`update-monitor`). The first that fails within it pauses the update; one that dies later is
    /// no failure of the update.
    case swarm
  }

  struct Outcome {
    /// Milliseconds until the last change of the fleet.
    var took: Int64 = 0
    /// How many tenants were told to run the candidate.
    var exposed = 0
  }

  let kind: Kind
  /// How many new ones may be unavailable, or are updated, at once.
  let width: Int
  /// How many milliseconds one is watched before the next takes its place.
  let watch: Int64

  private enum Change {
    /// It was watched long enough, and another may take its place.
    case available
    /// One that counted as available died.
    case lost
    /// One died while it was watched.
    case failed
  }

  /// Replaces `count` tenants.
  func roll(_ count: Int, isBad: Bool) -> Outcome {
    var dice = Dice()
    var queue = MomentQueue<Change>()
    var outcome = Outcome()
    var unavailable = 0
    var isPaused = false
    func begin(at now: Int64) {
      let up = now + dice.number(in: 100...8_000)
      let dies = isBad ? up + dice.number(in: 5_000...90_000) : .max
      outcome.exposed += 1
      unavailable += 1
      guard dies > up + watch else { return queue.add(.failed, at: dies) }
      queue.add(.available, at: up + watch)
      if isBad { queue.add(.lost, at: dies) }
    }
    while outcome.exposed < min(width, count) { begin(at: 0) }
    while let (change, now) = queue.next() {
      outcome.took = max(outcome.took, now)
      switch change {
      case .available: unavailable -= 1
      case .lost where kind == .kubernetes: unavailable += 1
      case .failed where kind == .swarm: isPaused = true
      case .lost, .failed: break
      }
      while !isPaused, unavailable < width, outcome.exposed < count { begin(at: now) }
    }
    return outcome
  }

  /// The widest of this kind and watch that exposes at most so many tenants to the bad build; one at a time
  /// where even two are too many.
  static func widest(_ kind: Kind, watch: Int64, exposing limit: Int, of count: Int) -> EngineRule {
    func rule(_ width: Int) -> EngineRule { EngineRule(kind: kind, width: width, watch: watch) }
    var (fits, fails) = (1, count + 1)
    while fails - fits > 1 {
      let middle = (fits + fails) / 2
      if rule(middle).roll(count, isBad: true).exposed <= limit {
        fits = middle
      } else {
        fails = middle
      }
    }
    return rule(fits)
  }
}

/// Numbers that are the same in every run (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014).
private struct Dice {
  private var state: UInt64 = 1

  mutating func number(in range: ClosedRange<Int64>) -> Int64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return range.lowerBound + Int64(mixed % UInt64(range.upperBound - range.lowerBound + 1))
  }
}

/// What happens when, the earliest first: a binary heap.
private struct MomentQueue<Element> {
  private var heap: [(element: Element, at: Int64)] = []

  mutating func add(_ element: Element, at time: Int64) {
    heap.append((element, time))
    var child = heap.count - 1
    while child > 0, heap[child].at < heap[(child - 1) / 2].at {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (Element, Int64)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].at < heap[$1].at }),
        heap[least].at < heap[parent].at
      else { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
