public import Vocabulary

/// Moves one tag of one repository and makes sure of it: write, wait out a lost answer, read back.
///
/// Registries cannot compare and swap, so after an ambiguous write nothing is sent to the tag until the
/// lost request can no longer land (the lock-delay), and only reading back tells what happened.
public struct TagMove: Hashable, Sendable, Codable {
  public enum State: Hashable, Sendable, Codable {
    case ready
    case writing
    /// A request may still be on its way; nothing is sent until the lock-delay is over.
    case cooling
    case readingBack
    case done
    /// The tag is as it was before, proven; the sentence says why it could not be moved.
    case refused(String)
    /// Somebody else moved the tag meanwhile; it is left to them.
    case foreign(String)
    /// What the tag shows could not be learnt.
    case doubtful(String)
  }

  /// How often one tag is written or read back before the run gives up and leaves the intent open.
  public static let attemptsMax = 6

  public let location: ImageLocation
  public let tag: TagName
  /// What it showed when the intent was made; nil when it did not exist.
  public let old: Digest?
  public let new: Digest
  let lockDelay: TimeSpan
  /// The bytes of what it is moved to, where the registry may have lost them.
  let kept: KeptManifest?
  public private(set) var state = State.ready
  private var attempts = 0
  /// Whether the registry said yes to the last write and has not been read since.
  private var isAcknowledged = false
  /// Why the registry will not take it, once it has said so for good.
  private var refusal: String?

  init(
    location: ImageLocation, tag: TagName, old: Digest?, new: Digest, lockDelay: TimeSpan,
    kept: KeptManifest? = nil
  ) {
    self.location = location
    self.tag = tag
    self.old = old
    self.new = new
    self.lockDelay = lockDelay
    self.kept = kept
    if old == new { state = .done }
  }

  public var target: ImageReference { location.at(tag) }

  var isSettled: Bool {
    switch state {
    case .done, .refused, .foreign, .doubtful: true
    case .ready, .writing, .cooling, .readingBack: false
    }
  }

  /// The first write; nothing when there is nothing to move.
  mutating func start() -> [Action] {
    guard state == .ready else { return [] }
    return write()
  }

  /// Takes in one answer about this tag; answers that do not fit the state change nothing.
  mutating func receive(_ outcome: Outcome, of action: Action) -> [Action] {
    switch (state, action, outcome) {
    case (.writing, .point(let write), .pointed(let result))
    where write.target == target && write.digest == new:
      return written(result)
    case (.cooling, .wait(.lockDelay(target), _), .rang):
      state = .readingBack
      return [.inspect(target)]
    case (.readingBack, .inspect(target), .inspected(let reading)):
      return readBack(reading.map(\.digest))
    default:
      return []
    }
  }

  private mutating func write() -> [Action] {
    attempts += 1
    state = .writing
    return [
      .point(
        TagWrite(
          location: location, tag: tag, digest: new, before: TagWrite.Before(old), kept: kept))
    ]
  }

  private mutating func written(_ result: TagWriteResult) -> [Action] {
    switch result {
    case .written where WrongDesign.noReadBack.isTried:
      state = .done
      return []
    case .written:
      isAcknowledged = true
      state = .readingBack
      return [.inspect(target)]
    case .ambiguous(let why):
      return coolDown(orGiveUp: .doubtful("\(target): \(why)"))
    case .refused(let why) where why.mayPass && attempts + 1 < Self.attemptsMax:
      return coolDown(orGiveUp: .doubtful("\(target): \(why)"))
    case .refused(let why):
      // Somebody on the way may have sent it twice: once refused, once obeyed. Only looking tells.
      refusal = "\(target): \(why)"
      state = .readingBack
      return [.inspect(target)]
    }
  }

  private mutating func readBack(_ reading: Reading<Digest>) -> [Action] {
    let wasAcknowledged = isAcknowledged
    isAcknowledged = false
    switch reading {
    case .found(new):
      state = .done
      return []
    case .found(let shown) where shown != old:
      state = .foreign("\(target) shows \(shown.short), which nobody here wrote")
      return []
    case .found where wasAcknowledged, .absent where wasAcknowledged:
      // It said yes and shows the old, or nothing: one of the two answers is stale, so look again before
      // writing, or before taking it for deleted.
      return coolDown(
        orGiveUp: .doubtful("\(target) was written, and still shows what it showed before"))
    case .found:
      return tryAgain(orGiveUp: .refused("\(target) still shows what it showed before"))
    case .absent where old == nil:
      return tryAgain(orGiveUp: .refused("\(target) still does not exist"))
    case .absent:
      state = .foreign("\(target) was deleted")
      return []
    case .unknown(let why):
      return coolDown(orGiveUp: .doubtful("\(target) could not be read back: \(why)"))
    }
  }

  private mutating func tryAgain(orGiveUp end: State) -> [Action] {
    if let refusal {
      state = .refused(refusal)
      return []
    }
    guard attempts < Self.attemptsMax else {
      state = end
      return []
    }
    return write()
  }

  private mutating func coolDown(orGiveUp end: State) -> [Action] {
    attempts += 1
    guard attempts < Self.attemptsMax else {
      state = end
      return []
    }
    if WrongDesign.noLockDelay.isTried {
      state = .readingBack
      return [.inspect(target)]
    }
    state = .cooling
    return [.wait(.lockDelay(target), lockDelay)]
  }
}
