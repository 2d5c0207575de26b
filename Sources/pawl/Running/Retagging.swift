import OrderedCollections
import Registries
import Vocabulary

/// Sets tags on images that were all looked at first, and, where that was asked for, takes back what it has
/// set when one of them refuses.
///
/// A tool for one command: it keeps no journal, so a process that dies in the middle leaves what it has
/// done. Channels are moved by promotions, which do not.
struct Retagging: Sendable {
  /// One tag, and what it is to show.
  struct Move: Sendable {
    let source: ImageReference
    let target: ImageReference
  }

  struct Outcome: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
      /// It shows the source's digest; it did already when `from` is the same as `to`.
      case set
      case refused
      /// It may have been set, or may still be: the answer was lost, or it does not show what was set.
      case doubtful
      /// It was set, or may have been, and shows again what it showed before.
      case takenBack = "taken-back"
      /// It was set, or may have been, and could not be taken back.
      case left
      /// Not touched, because another one refused first or nothing is to be changed.
      case untouched
    }

    let tag: ImageReference
    let from: Digest?
    let to: Digest
    var state: State
    var why: String?
  }

  let registry: OCIRegistry
  let moves: [Move]
  /// What the label `org.opencontainers.image.revision` of every source must say.
  var revision: Commit?
  /// Whose image of an index has to say it; nil when those of all platforms have to.
  var platform: ImagePlatform?
  var isTogether = false
  var readsBack = false
  /// Whether a registry is asked to set several tags of a repository with one request.
  var isAtOnce = false

  /// - Throws: what stands in the way, all of it at once; nothing was written then.
  func perform(isDry: Bool) async throws(Problems) -> [Outcome] {
    // Both at once: each takes a way there and back.
    async let shown = shown()
    let looks = await looks()
    let (digests, old) = try judge(looks, await shown)
    var outcomes = moves.indices.map { index in
      Outcome(
        tag: moves[index].target, from: old[index]?.digest, to: digests[index], state: .untouched)
    }
    guard !isDry else { return outcomes }
    let sent = await setAtOnce(digests)
    let results = await inParallel(Array(outcomes.indices)) { index in
      guard let result = sent[moves[index].target] else {
        return await set(moves[index], to: digests[index])
      }
      return await concluded(result, moves[index], digests[index])
    }
    for (index, (state, why)) in results.enumerated() {
      outcomes[index].state = state
      outcomes[index].why = why
    }
    guard isTogether, outcomes.contains(where: { $0.state != .set }) else { return outcomes }
    return await takenBack(outcomes, to: old)
  }

  /// What became of one, and why when it is not set.
  private typealias Result = (Outcome.State, why: String?)

  private func set(_ move: Move, to digest: Digest) async -> Result {
    guard case .tag(let tag) = move.target.selector else {
      preconditionFailure("only tags are set")
    }
    let write = TagWrite(location: move.target.location, tag: tag, digest: digest)
    return await concluded(await registry.point(write), move, digest)
  }

  private func concluded(
    _ result: TagWriteResult, _ move: Move, _ digest: Digest
  ) async -> Result {
    switch result {
    case .refused(let unknown): return (.refused, unknown.description)
    case .ambiguous(let unknown):
      // Whatever it shows, the write may still arrive; only what was sent is a certain sign of it.
      guard readsBack, await registry.digest(of: move.target).value == digest else {
        return (.doubtful, "perhaps set: \(unknown)")
      }
      return (.set, nil)
    case .written: return await readBack(move, digest)
    }
  }

  private func readBack(_ move: Move, _ digest: Digest) async -> Result {
    guard readsBack else { return (.set, nil) }
    switch await registry.digest(of: move.target) {
    case .found(digest): return (.set, nil)
    case .found(let other): return (.doubtful, "set, and shows \(other.short)")
    case .absent: return (.doubtful, "set, and is not there")
    case .unknown(let unknown):
      return (.doubtful, "set, and could not be read back: \(unknown)")
    }
  }

  /// What became of the tags that a registry was asked to set together, as far as it did, or may have done,
  /// as it was asked. The others are set one by one.
  private func setAtOnce(_ digests: [Digest]) async -> [ImageReference: TagWriteResult] {
    guard isAtOnce else { return [:] }
    var sent: [ImageReference: TagWriteResult] = [:]
    var left = Array(zip(moves, digests))
    while let (first, digest) = left.first {
      let alike = left.filter { $0.0.target.location == first.target.location && $0.1 == digest }
      left.removeAll { $0.0.target.location == first.target.location && $0.1 == digest }
      let tags = alike.compactMap { move, _ -> TagName? in
        if case .tag(let tag) = move.target.selector { tag } else { nil }
      }
      guard tags.count > 1 else { continue }
      let location = first.target.location
      for (tag, result) in await registry.pointAtOnce(tags, at: digest, in: location) {
        sent[location.at(tag)] = result
      }
    }
    return sent
  }

  /// In reverse: what was written last goes back first.
  private func takenBack(_ outcomes: [Outcome], to before: [KeptManifest?]) async -> [Outcome] {
    var outcomes = outcomes
    for index in outcomes.indices.reversed()
    where [.set, .doubtful].contains(outcomes[index].state) {
      let outcome = outcomes[index]
      guard outcome.from != outcome.to else { continue }
      if let obstacle = await takeBack(outcome, to: before[index]) {
        outcomes[index].state = .left
        outcomes[index].why = obstacle.description
      } else {
        outcomes[index].state = .takenBack
      }
    }
    return outcomes
  }

  /// Lets a tag show again what it showed before, or nothing.
  /// - Returns: what stood in the way.
  private func takeBack(_ outcome: Outcome, to before: KeptManifest?) async -> Unknown? {
    guard case .tag(let tag) = outcome.tag.selector else {
      preconditionFailure("only tags are set")
    }
    let location = outcome.tag.location
    guard let before else {
      let removal = TagRemoval(location: location, tag: tag, digest: outcome.to)
      switch await registry.remove(removal) {
      case .removed: return nil
      case .left(let unknown):
        return Unknown(unknown.cause, "it was not there before: \(unknown.detail)")
      }
    }
    let write = TagWrite(
      location: location, tag: tag, digest: before.digest, before: .digest(outcome.to),
      kept: before)
    switch await registry.point(write) {
    case .written: return nil
    case .refused(let unknown), .ambiguous(let unknown): return unknown
    }
  }
}

// MARK: - Looking first

extension Retagging {
  /// Everything that stands in the way.
  struct Problems: Error {
    /// What is the matter with one of them; the greatest names the whole.
    enum Kind: Int, Comparable {
      /// An image does not say what was asked of it.
      case mislabelled
      case missing
      /// Something could not be learnt, as opposed to being known not to fit.
      case unknown

      static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    let sentences: [String]
    let kind: Kind
  }

  /// The digest of every move's source, and what every tag shows where that was read.
  private func judge(
    _ looks: OrderedDictionary<ImageReference, Reading<Source>>, _ shown: [Reading<KeptManifest>?]
  ) throws(Problems) -> ([Digest], [KeptManifest?]) {
    var problems: [(kind: Problems.Kind, sentence: String)] = []
    for (source, look) in looks {
      switch look {
      case .absent: problems.append((.missing, "\(source) is not there"))
      case .unknown(let unknown): problems.append((.unknown, "\(source): \(unknown)"))
      case .found(let found):
        guard let objection = objection(to: found.label, of: source) else { continue }
        problems.append((.mislabelled, objection))
      }
    }
    for (move, reading) in zip(moves, shown) {
      guard case .unknown(let unknown) = reading else { continue }
      problems.append((.unknown, "\(move.target): \(unknown)"))
    }
    if let worst = problems.map(\.kind).max() {
      throw Problems(sentences: problems.map(\.sentence), kind: worst)
    }
    return (moves.compactMap { looks[$0.source]?.value?.digest }, shown.map { $0?.value })
  }

  private struct Source: Sendable {
    let digest: Digest
    /// Nil when nobody asked for it.
    let label: ImageFacts.Label?
  }

  /// Every source, read and verified, with its label where that is asked for.
  private func looks() async -> OrderedDictionary<ImageReference, Reading<Source>> {
    let sources = OrderedSet(moves.map(\.source))
    let looks = await inParallel(sources.elements) { await look(at: $0) }
    return OrderedDictionary(uniqueKeysWithValues: zip(sources, looks))
  }

  private func look(at source: ImageReference) async -> Reading<Source> {
    guard revision != nil else {
      return await registry.manifest(source).map { Source(digest: $0.digest, label: nil) }
    }
    guard let platform else {
      return await registry.inspect(source).map { Source(digest: $0.digest, label: $0.revision) }
    }
    return await registry.describe(source, platform: platform).map { image in
      let label = image.platforms.first?.labels[Self.revisionLabel]
      return Source(digest: image.digest, label: label.map(ImageFacts.Label.value) ?? .missing)
    }
  }

  private static let revisionLabel = "org.opencontainers.image.revision"

  private func objection(to label: ImageFacts.Label?, of source: ImageReference) -> String? {
    guard let revision, let label else { return nil }
    switch label {
    case .missing: return "\(source) has no label \(Self.revisionLabel)"
    case .mixed(let sayings):
      return "\(source) has images that differ in \(Self.revisionLabel): \(sayings.sentence)"
    case .value(revision.text): return nil
    case .value(let text):
      return
        "\(source) was built from '\(printable(text, charactersMax: 80))', expected \(revision)"
    }
  }

  /// What every tag shows now, with its bytes; read only where it may have to be put back.
  private func shown() async -> [Reading<KeptManifest>?] {
    guard isTogether else { return moves.map { _ in nil } }
    return await inParallel(moves.map(\.target)) { await registry.manifest($0) }
  }
}
