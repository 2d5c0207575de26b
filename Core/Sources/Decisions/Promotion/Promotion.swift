import OrderedCollections
public import Vocabulary

/// Moves one channel to one candidate in every repository that carries it: all of them or none (I1, I3, I6).
///
/// Everything is read and judged before anything is written; the intent, old and new digest of every
/// member, is in the journal before the first write, because it follows from the event that ends the
/// reading. The old digests are pinned by tags of their own first, so that nothing can collect them.
public struct Promotion: Hashable, Sendable {
  public enum Phase: Hashable, Sendable {
    /// An earlier intent was left open: its last requests may still land, so nothing is read yet.
    case waitingOut
    case reading
    case judging
    case pinning
    case writing
    /// A member refused for good: those that moved go back, so that the set is whole again.
    case undoing
    case ended
  }

  /// How it ended.
  enum Result: Hashable, Sendable {
    /// Every member shows the candidate; `changed` tells whether any was written.
    case moved(changed: Bool)
    case failed(Conclusion, String)
  }

  public let channel: ChannelPlan
  public let candidate: Candidate
  /// Whether a named person allowed the channel to go backwards.
  let mayGoBackwards: Bool
  public private(set) var phase: Phase
  /// The commit of an earlier promotion of this channel that ended without knowing what its last writes
  /// came to, or that left the set mixed.
  let earlierIntent: Commit?
  /// What lies at every tag, and at every digest that is to be pointed at.
  private var shown: OrderedDictionary<ImageReference, Reading<ImageFacts>> = [:]
  private var pins: [TagMove] = []
  /// The intent: one move a member, in the order of the channel.
  public private(set) var moves: [TagMove] = []
  private var undos: [TagMove] = []
  private var failure = ""

  init(
    channel: ChannelPlan, candidate: Candidate, mayGoBackwards: Bool, leftOpenBy earlier: Commit?
  ) {
    self.channel = channel
    self.candidate = candidate
    self.mayGoBackwards = mayGoBackwards
    earlierIntent = earlier
    phase = earlier == nil ? .reading : .waitingOut
  }

  /// Whether members may have been written and the set may be mixed.
  public var isIntentOpen: Bool {
    switch phase {
    case .waitingOut, .reading, .judging, .pinning: false
    case .writing, .undoing: true
    case .ended:
      !moves.allSatisfy { $0.state == .done }
        && (moves.contains { $0.isDoubtful || $0.isForeign || $0.isLeftMoved }
          || undos.contains { $0.state != .done })
    }
  }

  private func target(of member: ChannelPlan.Member) -> ImageReference {
    member.location.at(channel.name.tag)
  }

  func start() -> Progress<Result> {
    phase == .waitingOut ? .act([.wait(.lockDelay(firstTarget), channel.lockDelay)]) : read()
  }

  private func read() -> Progress<Result> {
    .act(references.map(Action.inspect))
  }

  private var references: OrderedSet<ImageReference> {
    OrderedSet(channel.members.map(target) + channel.members.compactMap(source))
  }

  /// The manifest a member is to be pointed at; it must lie in the member's own repository.
  private func source(of member: ChannelPlan.Member) -> ImageReference? {
    candidate.digest(of: member.image).map { member.location.at($0) }
  }

  private var firstTarget: ImageReference { target(of: channel.members[0]) }

  /// Takes in one answer; late and repeated ones change nothing.
  mutating func receive(_ outcome: Outcome, of action: Action, _ facts: Facts) -> Progress<Result> {
    switch phase {
    case .waitingOut:
      guard case .wait(.lockDelay(firstTarget), _) = action, case .rang = outcome else {
        return .waiting
      }
      phase = .reading
      return read()
    case .reading:
      guard case .inspect(let reference) = action, case .inspected(let reading) = outcome else {
        return .waiting
      }
      shown[reference] = reading
      guard shown.count == references.count else { return .waiting }
      return judge(facts)
    case .judging:
      return judge(facts)
    case .pinning:
      let actions = pins.indices.flatMap { pins[$0].receive(outcome, of: action) }
      return actions.isEmpty ? reviewPins() : .act(actions)
    case .writing:
      let actions = moves.indices.flatMap { moves[$0].receive(outcome, of: action) }
      return actions.isEmpty ? reviewMoves() : .act(actions)
    case .undoing:
      let actions = undos.indices.flatMap { undos[$0].receive(outcome, of: action) }
      return actions.isEmpty ? reviewUndos() : .act(actions)
    case .ended:
      return .waiting
    }
  }
}

// MARK: - Before anything is written

extension Promotion {
  private mutating func judge(_ facts: Facts) -> Progress<Result> {
    phase = .judging
    let unreadable = shown.compactMap { reference, reading in
      if case .unknown(let why) = reading { "\(reference): \(why)" } else { nil }
    }
    guard unreadable.isEmpty else {
      return end(.refused(.unknown), "could not be read: " + unreadable.joined(separator: "; "))
    }
    let missing = OrderedSet(channel.members.compactMap(source)).filter { !isThere($0) }
    guard missing.isEmpty else {
      return end(
        .refused(.stalePlan),
        "nothing was moved, because an image of \(candidate.commit.short) is not there: "
          + missing.map(\.text).joined(separator: ", "))
    }
    if !mayGoBackwards {
      switch ancestry(facts) {
      case .unasked(let questions): return .act(questions)
      case .refused(let conclusion, let sentence): return end(conclusion, sentence)
      case .forward: break
      }
    }
    return intend()
  }

  private func isThere(_ source: ImageReference) -> Bool { shown[source]?.value != nil }

  private enum Judgement {
    case forward
    case unasked([Action])
    case refused(Conclusion, String)
  }

  /// Judges every destination by the commit it shows now.
  private func ancestry(_ facts: Facts) -> Judgement {
    var questions: OrderedSet<Action> = []
    for member in channel.members {
      guard let image = shown[target(of: member)]?.value,
        image.digest != candidate.digest(of: member.image)
      else { continue }
      guard
        let base = facts.releases.commit(of: member.image, at: image.digest) ?? image.commit
      else {
        if WrongDesign.missingLabelIsLegacy.isTried { continue }
        return .refused(
          .refused(.unlabelled),
          "\(target(of: member)) shows \(image.digest.short), which does not say its commit; "
            + "whether \(candidate.commit.short) is newer cannot be known")
      }
      guard facts.lineage.relation(of: candidate.commit, from: base) != nil else {
        questions.append(Lineage.question(candidate.commit, from: base))
        continue
      }
      if case .refused(let conclusion, let sentence) = facts.lineage.refusal(
        of: candidate.commit, over: base, whereThereIs: "what \(target(of: member)) shows")
      {
        return .refused(conclusion, sentence)
      }
    }
    return questions.isEmpty ? .forward : .unasked(Array(questions))
  }

  /// Makes the intent and begins by pinning what is there.
  private mutating func intend() -> Progress<Result> {
    moves = channel.members.compactMap { member in
      candidate.digest(of: member.image).map {
        TagMove(
          location: member.location, tag: channel.name.tag,
          old: shown[target(of: member)]?.value?.digest, new: $0, lockDelay: channel.lockDelay)
      }
    }
    if moves.allSatisfy({ $0.state == .done }) { return finish(changed: false) }
    pins = channel.previousKept == 0 ? [] : moves.compactMap(pin)
    phase = .pinning
    let actions = pins.indices.flatMap { pins[$0].start() }
    return actions.isEmpty ? reviewPins() : .act(actions)
  }

  /// The tag that keeps the old digest of a move: `latest-prev-` and the first twelve digits.
  private func pin(_ move: TagMove) -> TagMove? {
    guard let old = move.old, old != move.new,
      let tag = try? TagName(parsing: "\(channel.name)-prev-\(old.short)")
    else { return nil }
    return TagMove(
      location: move.location, tag: tag, old: nil, new: old, lockDelay: channel.lockDelay)
  }

  private mutating func reviewPins() -> Progress<Result> {
    guard pins.allSatisfy(\.isSettled) else { return .waiting }
    let complaints = pins.compactMap(\.complaint)
    guard complaints.isEmpty else {
      return end(
        .refused(.unknown),
        "what is there could not be pinned, so nothing was moved: "
          + complaints.joined(separator: "; "))
    }
    phase = .writing
    return .act(moves.indices.flatMap { moves[$0].start() })
  }
}

// MARK: - Writing and undoing

extension Promotion {
  private mutating func reviewMoves() -> Progress<Result> {
    guard moves.allSatisfy(\.isSettled) else { return .waiting }
    let complaints = moves.compactMap(\.complaint)
    guard !complaints.isEmpty else { return finish(changed: true) }
    failure = complaints.joined(separator: "; ")
    guard !moves.contains(where: \.isDoubtful) else {
      // Undoing would write beside a request that may still land; the next run finds the open intent.
      return end(
        .refused(.unknown),
        failure + "; \(channel.name) may be mixed until pawl deploy or pawl rollback is run again")
    }
    undos = moves.compactMap { move in
      guard move.state == .done, let old = move.old, old != move.new else { return nil }
      return TagMove(
        location: move.location, tag: move.tag, old: move.new, new: old, lockDelay: move.lockDelay)
    }
    phase = .undoing
    let actions = undos.indices.flatMap { undos[$0].start() }
    return actions.isEmpty ? reviewUndos() : .act(actions)
  }

  private mutating func reviewUndos() -> Progress<Result> {
    guard undos.allSatisfy(\.isSettled) else { return .waiting }
    let stuck = undos.compactMap(\.complaint)
    let created = moves.filter(\.isNewlyCreated).map(\.target.text)
    let wasForeign = moves.contains(where: \.isForeign)
    var sentence = failure
    sentence += stuck.isEmpty ? "; everything else is as it was" : "; could not be undone: "
    sentence += stuck.joined(separator: "; ")
    if !created.isEmpty {
      sentence += "; newly created and left: " + created.joined(separator: ", ")
    }
    return end(.refused(wasForeign ? .stalePlan : .unknown), sentence)
  }

  private mutating func finish(changed: Bool) -> Progress<Result> {
    phase = .ended
    return .end(.moved(changed: changed))
  }

  private mutating func end(_ conclusion: Conclusion, _ sentence: String) -> Progress<Result> {
    phase = .ended
    return .end(.failed(conclusion, sentence))
  }
}

extension TagMove {
  fileprivate var complaint: String? {
    switch state {
    case .refused(let why), .foreign(let why), .doubtful(let why): why
    case .ready, .writing, .cooling, .readingBack, .done: nil
    }
  }

  fileprivate var isDoubtful: Bool {
    if case .doubtful = state { true } else { false }
  }

  fileprivate var isForeign: Bool {
    if case .foreign = state { true } else { false }
  }

  /// Whether it exists only because of this move, which therefore cannot be undone.
  fileprivate var isNewlyCreated: Bool { state == .done && old == nil }

  /// Whether it shows the candidate and nothing takes it back: it was created, or an earlier, interrupted
  /// promotion had moved it.
  fileprivate var isLeftMoved: Bool { state == .done && (old == nil || old == new) }
}
