import OrderedCollections
public import Vocabulary

/// Moves one channel to one candidate in every repository that carries it: all of them or none (I1, I3, I6).
///
/// Everything is read and judged before anything is written; the intent, old and new digest of every
/// member, is in the journal before the first write, because it follows from the event that ends the
/// reading. The old digests are pinned by tags of their own first, so that nothing can collect them.
public struct Promotion: Hashable, Sendable, Codable {
  public enum Phase: Hashable, Sendable, Codable {
    /// An earlier intent was left open: its last requests may still land, so nothing is read yet.
    case waitingOut
    case reading
    case judging
    /// The registries that can be asked are asked whether they will take the writes.
    case probing
    /// Images are copied to where they are missing, and the old bytes go into the journal.
    case preparing
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
  var shown: OrderedDictionary<ImageReference, Reading<ImageFacts>> = [:]
  let generation: Generation
  /// The tags that keep what the channel has left before, oldest first.
  let pinned: [ChannelPin]
  private var probes: OrderedDictionary<WriteProbe, WriteProbeResult?> = [:]
  private var preparation = Preparation([])
  private var pins: [TagMove] = []
  /// The intent: one move a member, in the order of the channel.
  public private(set) var moves: [TagMove] = []
  private var undos: [TagMove] = []
  /// The tags that exist only because of this promotion, with what became of taking them away again.
  private var unmade: OrderedDictionary<TagRemoval, TagRemovalResult?> = [:]
  private var failure = ""
  /// When the first write of this intent was sent, or of an earlier one that was left open.
  private(set) var writingSince: Timestamp?
  /// From before the first write was sent until after the last was answered: the members may have differed
  /// for that long at most. Nil until something was written.
  public private(set) var skew: TimeSpan?

  init(
    channel: ChannelPlan, candidate: Candidate, mayGoBackwards: Bool, leftOpenBy earlier: Commit?,
    since: Timestamp?, generation: Generation, pinned: [ChannelPin]
  ) {
    self.channel = channel
    self.candidate = candidate
    self.mayGoBackwards = mayGoBackwards
    earlierIntent = earlier
    writingSince = since
    self.generation = generation
    self.pinned = pinned
    phase = earlier == nil ? .reading : .waitingOut
  }

  /// Whether members may have been written and the set may be mixed.
  public var isIntentOpen: Bool {
    switch phase {
    case .waitingOut, .reading, .judging, .probing, .preparing, .pinning: false
    case .writing, .undoing: true
    case .ended:
      !moves.allSatisfy { $0.state == .done }
        && (moves.contains { $0.isDoubtful || $0.isForeign || isLeftMoved($0) }
          || undos.contains { $0.state != .done })
    }
  }

  func target(of member: ChannelPlan.Member) -> ImageReference {
    member.location.at(channel.name.tag)
  }

  func start() -> Progress<Result> {
    phase == .waitingOut ? .act([.wait(.lockDelay(firstTarget), channel.lockDelay)]) : read()
  }

  private func read() -> Progress<Result> {
    .act(references.map(Action.inspect))
  }

  private var references: OrderedSet<ImageReference> {
    OrderedSet(
      channel.members.map(target) + channel.members.compactMap(source)
        + channel.members.compactMap(origin))
  }

  /// The manifest a member is to be pointed at; it must lie in the member's own repository by then.
  func source(of member: ChannelPlan.Member) -> ImageReference? {
    candidate.digest(of: member.image).map { member.location.at($0) }
  }

  /// Where that manifest can be copied from.
  func origin(of member: ChannelPlan.Member) -> ImageReference? {
    guard let digest = candidate.digest(of: member.image) else { return nil }
    return member.origin?.at(digest)
  }

  private var firstTarget: ImageReference { target(of: channel.members[0]) }

  /// Takes in one answer; late and repeated ones change nothing.
  mutating func receive(
    _ outcome: Outcome, of action: Action, _ facts: Facts, at now: Timestamp
  ) -> Progress<Result> {
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
      return judge(facts, at: now)
    case .judging:
      return judge(facts, at: now)
    case .probing:
      guard case .probe(let probe) = action, case .probed(let result) = outcome,
        probes[probe] == .some(nil)
      else { return .waiting }
      probes.updateValue(result, forKey: probe)
      return reviewProbes(at: now)
    case .preparing:
      let actions = preparation.receive(outcome, of: action)
      return actions.isEmpty ? reviewPreparation(at: now) : .act(actions)
    case .pinning:
      let actions = pins.indices.flatMap { pins[$0].receive(outcome, of: action) }
      return actions.isEmpty ? reviewPins(at: now) : .act(actions)
    case .writing:
      if case .pointed = outcome { skew = writingSince.map { now.since($0) } }
      let actions = moves.indices.flatMap { moves[$0].receive(outcome, of: action) }
      return actions.isEmpty ? reviewMoves() : .act(actions)
    case .undoing:
      if case .remove(let removal) = action, case .removed(let result) = outcome,
        unmade[removal] == .some(nil)
      {
        unmade[removal] = result
      }
      let actions = undos.indices.flatMap { undos[$0].receive(outcome, of: action) }
      return actions.isEmpty ? reviewUndos() : .act(actions)
    case .ended:
      return .waiting
    }
  }
}

// MARK: - Before anything is written

extension Promotion {
  private mutating func judge(_ facts: Facts, at now: Timestamp) -> Progress<Result> {
    phase = .judging
    if let (conclusion, sentence) = obstacle { return end(conclusion, sentence) }
    if !mayGoBackwards {
      switch ancestry(facts) {
      case .unasked(let questions): return .act(questions)
      case .refused(let conclusion, let sentence): return end(conclusion, sentence)
      case .forward: break
      }
    }
    return intend(at: now)
  }

  /// Makes the intent and prepares it.
  private mutating func intend(at now: Timestamp) -> Progress<Result> {
    moves = channel.members.compactMap { member in
      candidate.digest(of: member.image).map {
        TagMove(
          location: member.location, tag: channel.name.tag,
          old: shown[target(of: member)]?.value?.digest, new: $0, lockDelay: channel.lockDelay)
      }
    }
    if moves.allSatisfy({ $0.state == .done }) { return finish(changed: false) }
    probes = OrderedDictionary(uniqueKeysWithValues: questions.map { ($0, nil) })
    guard !probes.isEmpty else { return prepare(at: now) }
    phase = .probing
    return .act(probes.keys.map(Action.probe))
  }

  private mutating func reviewProbes(at now: Timestamp) -> Progress<Result> {
    guard probes.values.allSatisfy({ $0 != nil }) else { return .waiting }
    let complaints = probes.compactMap { probe, result -> String? in
      switch (probe.kind, result) {
      case (_, .refused(let why)), (.upload, .unanswered(let why)):
        return "\(probe.target): \(why)"
      case (.rules, .unanswered), (_, .allowed), (_, nil):
        // Not everybody who may move a tag may read the rules; then the write tells.
        return nil
      }
    }
    guard complaints.isEmpty else {
      return end(
        .refused(.unknown),
        "nothing was moved, because it would be refused: " + complaints.joined(separator: "; "))
    }
    return prepare(at: now)
  }

  private mutating func prepare(at now: Timestamp) -> Progress<Result> {
    preparation = preparations
    phase = .preparing
    let actions = preparation.start()
    return actions.isEmpty ? reviewPreparation(at: now) : .act(actions)
  }

  private mutating func reviewPreparation(at now: Timestamp) -> Progress<Result> {
    guard preparation.isDone else { return .waiting }
    guard preparation.complaints.isEmpty else {
      return end(
        .refused(.unknown),
        "nothing was moved: " + preparation.complaints.joined(separator: "; "))
    }
    pins = newPins.map { pin in
      TagMove(
        location: pin.location, tag: pin.tag, old: nil, new: pin.digest,
        lockDelay: channel.lockDelay)
    }
    phase = .pinning
    let actions = pins.indices.flatMap { pins[$0].start() }
    return actions.isEmpty ? reviewPins(at: now) : .act(actions)
  }

  private mutating func reviewPins(at now: Timestamp) -> Progress<Result> {
    guard pins.allSatisfy(\.isSettled) else { return .waiting }
    let complaints = pins.compactMap(\.complaint)
    guard complaints.isEmpty else {
      return end(
        .refused(.unknown),
        "what is there could not be pinned, so nothing was moved: "
          + complaints.joined(separator: "; "))
    }
    phase = .writing
    writingSince = writingSince ?? now
    return .act(moves.indices.flatMap { moves[$0].start() })
  }

  /// What was brought with images that were copied, so far.
  var referrers: [BroughtReferrers] { preparation.referrers }

  /// The pins that this promotion has made so far.
  var pinsMade: [ChannelPin] {
    let made = pins.filter { $0.state == .done }.map(\.target)
    return made.isEmpty ? [] : newPins.filter { made.contains($0.target) }
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
        location: move.location, tag: move.tag, old: move.new, new: old, lockDelay: move.lockDelay,
        kept: preparation.kept[move.location.at(old)])
    }
    for move in moves where move.isNewlyCreated {
      unmade[TagRemoval(location: move.location, tag: move.tag, digest: move.new)] = .some(nil)
    }
    phase = .undoing
    let actions =
      undos.indices.reversed().flatMap { undos[$0].start() }
      + unmade.keys.reversed().map(Action.remove)
    return actions.isEmpty ? reviewUndos() : .act(actions)
  }

  /// Whether it shows the candidate and nothing takes it back: it was created and could not be removed, or
  /// an earlier, interrupted promotion had moved it.
  private func isLeftMoved(_ move: TagMove) -> Bool {
    guard move.state == .done, move.old == nil else {
      return move.state == .done && move.old == move.new
    }
    let removal = TagRemoval(location: move.location, tag: move.tag, digest: move.new)
    return unmade[removal] != .some(.some(.removed))
  }

  private mutating func reviewUndos() -> Progress<Result> {
    guard undos.allSatisfy(\.isSettled), unmade.values.allSatisfy({ $0 != nil }) else {
      return .waiting
    }
    let stuck = undos.compactMap(\.complaint)
    let created = moves.filter { $0.isNewlyCreated && isLeftMoved($0) }.map(\.target.text)
    let wasForeign = moves.contains(where: \.isForeign)
    var sentence = failure
    if !stuck.isEmpty { sentence += "; could not be undone: " + stuck.joined(separator: "; ") }
    if !created.isEmpty {
      sentence += "; newly created and left: " + created.joined(separator: ", ")
    }
    if stuck.isEmpty, created.isEmpty { sentence += "; everything else is as it was" }
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

  /// Whether it exists only because of this move: there is nothing to point it back to.
  fileprivate var isNewlyCreated: Bool { state == .done && old == nil }
}
