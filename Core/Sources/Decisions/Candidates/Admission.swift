import OrderedCollections
import Vocabulary

/// Finds out whether a commit is a candidate: all images of its set exist, say they were built from it and
/// from the right repository, and the commit is on the released branch, ahead of what is released now.
///
/// All questions are asked at once, and all problems are reported at once.
public struct Admission: Hashable, Sendable, Codable {
  /// How it ended.
  enum Result: Hashable, Sendable {
    case candidate(Candidate)
    case refused(Conclusion, String)
  }

  let commit: Commit
  @Boxed private(set) var plan: ReleasePlan
  /// Whether a named person allowed this commit to be behind or beside what is there.
  let mayGoBackwards: Bool
  /// What is released now; the candidate must be ahead of it.
  let current: Commit?

  private var images: OrderedDictionary<ImageReference, Reading<ImageFacts>> = [:]
  private var head: Reading<Commit>?
  /// How often the head was read anew because of what it was.
  private var headReadings = 0

  init(commit: Commit, plan: ReleasePlan, mayGoBackwards: Bool, current: Commit?) {
    self.commit = commit
    self.plan = plan
    self.mayGoBackwards = mayGoBackwards
    self.current = current
  }

  private var builds: [ImageReference] { plan.releaseSet.members.flatMap(\.builds) }

  func start(_ facts: Facts) -> Progress<Result> {
    .act(builds.map(Action.inspect) + [.head(plan.branch)] + questions(head: nil, facts))
  }

  /// What is not known yet of how the commit stands to the head of the branch and to what is released.
  private func questions(head: Commit?, _ facts: Facts) -> [Action] {
    let pairs = [head.map { ($0, from: commit) }, current.map { (commit, from: $0) }]
    return pairs.compactMap(\.self).filter { facts.lineage.relation(of: $0, from: $1) == nil }
      .map { Lineage.question($0, from: $1) }
  }

  /// Takes in one answer; the router has already taught the lineage what a comparison said.
  mutating func receive(_ outcome: Outcome, of action: Action, _ facts: Facts) -> Progress<Result> {
    switch (action, outcome) {
    case (.inspect(let reference), .inspected(let reading)):
      images[reference] = reading
    case (.head, .head(let reading)):
      head = reading
      if let pause = pauseBeforeReadingAgain(facts) { return readHeadAgain(after: pause) }
      let unasked = questions(head: reading.value, facts)
      guard unasked.isEmpty else { return .act(unasked) }
    case (.wait(.head(let branch, _), _), _):
      return .act([.head(branch)])
    case (.compare, _):
      if let pause = pauseBeforeReadingAgain(facts) { return readHeadAgain(after: pause) }
    default: break
    }
    return decide(facts)
  }

  private mutating func readHeadAgain(after pause: TimeSpan) -> Progress<Result> {
    headReadings += 1
    head = nil
    return .act([.wait(.head(plan.branch, attempt: headReadings), pause)])
  }

  /// Nil when what is known of the head is worth deciding on.
  private func pauseBeforeReadingAgain(_ facts: Facts) -> TimeSpan? {
    head.flatMap { facts.lineage.pause(afterHead: $0, readings: headReadings, of: commit) }
  }

  private func decide(_ facts: Facts) -> Progress<Result> {
    guard images.count == OrderedSet(builds).count, let head else { return .waiting }
    // What was asked already is not asked twice; what was forgotten since, because another order came in
    // after a failure to answer, is.
    let unasked = questions(head: head.value, facts)
    guard unasked.isEmpty else { return .act(unasked) }
    let refusal =
      lineageRefusal(head: head, facts) ?? imageRefusal() ?? smokeRefusal(facts.statuses)
    if let refusal { return .end(refusal) }
    return .end(.candidate(candidate()))
  }

  private func lineageRefusal(head: Reading<Commit>, _ facts: Facts) -> Result? {
    if let refusal = facts.lineage.refusal(of: commit, on: plan.branch, head: head) {
      return .refused(refusal.conclusion, refusal.sentence)
    }
    guard let current, !mayGoBackwards else { return nil }
    return facts.lineage.refusal(of: commit, over: current, whereThereIs: "what is released now")
  }

  private func imageRefusal() -> Result? {
    var unknown: [String] = []
    var absent: [String] = []
    var mislabelled: [String] = []
    for (reference, reading) in images {
      switch reading {
      case .unknown(let why): unknown.append("\(reference): \(why)")
      case .absent: absent.append(reference.text)
      case .found(let image):
        if let complaint = complaint(about: image) {
          mislabelled.append("\(reference) \(complaint)")
        }
      }
    }
    if !unknown.isEmpty {
      return .refused(.refused(.unknown), "could not be read: " + unknown.joined(separator: "; "))
    }
    if !mislabelled.isEmpty {
      return .refused(.refused(.unlabelled), mislabelled.joined(separator: "; "))
    }
    if !absent.isEmpty {
      return .refused(
        .deferred, "not built yet, or never: " + absent.joined(separator: ", ") + " does not exist")
    }
    return disagreement().map { .refused(.refused(.stalePlan), $0) }
  }

  /// Images that exist and were never seen to start are no candidate.
  private func smokeRefusal(_ statuses: Statuses) -> Result? {
    guard let smoke = plan.gates.smoke else { return nil }
    let digests = candidate().images.map(\.digest)
    let judgements = smoke.map { context in
      Gates.Judgement(
        context: context,
        verdict: Gates.verdict(
          on: statuses.newest(context, of: commit), aboutImages: digests))
    }
    func sentence(_ judgements: [Gates.Judgement]) -> String {
      judgements.map { "\($0.context) is \($0.verdict)" }.joined(separator: "; ")
    }
    switch Gates.decide(judgements) {
    case .open: return nil
    case .red(let red): return .refused(.refused(.gateRed), sentence(red))
    case .waiting(let missing):
      return .refused(
        .deferred, sentence(missing) + ": expected its report before \(commit.short) is a candidate"
      )
    }
  }

  private func complaint(about image: ImageFacts) -> String? {
    switch image.revision {
    case .missing where WrongDesign.missingLabelIsLegacy.isTried: return nil
    case .missing: return "has no label org.opencontainers.image.revision"
    case .mixed(let sayings):
      return "has images that differ in org.opencontainers.image.revision: \(sayings.sentence)"
    case .value(let text):
      guard image.commit == commit else {
        if let other = image.commit, other.text.prefix(7) == commit.text.prefix(7) {
          return
            "was built from \(other), whose first seven digits are those of \(commit): the short name "
            + "means two commits; name builds by {sha}"
        }
        return "says it was built from '\(printable(text, charactersMax: 80))', expected \(commit)"
      }
    }
    guard let source = plan.releaseSet.source else { return nil }
    switch image.source {
    case .missing: return "has no label org.opencontainers.image.source, expected '\(source)'"
    case .mixed(let sayings):
      return "has images that differ in org.opencontainers.image.source: \(sayings.sentence)"
    case .value(let text):
      guard text == source.text || (try? SourceRepository(parsing: text)) == source else {
        return "says its source is '\(printable(text, charactersMax: 80))', expected '\(source)'"
      }
    }
    return nil
  }

  /// One image must be one digest wherever it was pushed (invariant I8).
  private func disagreement() -> String? {
    for member in plan.releaseSet.members {
      let digests = member.builds.compactMap { images[$0]?.value?.digest }
      guard let first = digests.first, digests.allSatisfy({ $0 == first }) else {
        return "the builds of \(member.name) are different images: "
          + member.builds.map(\.text).joined(separator: ", ")
      }
    }
    return nil
  }

  /// Call only when every image was found and they agree.
  private func candidate() -> Candidate {
    Candidate(
      commit: commit,
      images: plan.releaseSet.members.compactMap { member in
        images[member.builds[0]]?.value.map { .init(name: member.name, digest: $0.digest) }
      })
  }
}

extension Lineage {
  /// The refusal to put `commit` where `base` is, or nil when it goes forward. Call when the relation is
  /// known or known to be unknowable.
  /// - Parameter place: who has `base`; asked for only when there is a refusal to tell.
  func refusal(
    of commit: Commit, over base: Commit, whereThereIs place: @autoclosure () -> String
  ) -> Admission.Result? {
    switch relation(of: commit, from: base) {
    case .found(.identical), .found(.ahead): return nil
    case .found(.behind):
      return .refused(
        .refused(.behind),
        "\(commit.short) is behind \(base.short), \(place()); releases only go forward")
    case .found(.diverged):
      return .refused(
        .refused(.diverged), "\(commit.short) has diverged from \(base.short), \(place())")
    case .absent, nil:
      return .refused(
        .refused(.unknown), "the repository does not know \(base.short), \(place())")
    case .unknown(let unknown):
      return .refused(
        .refused(.unknown),
        "how \(commit.short) stands to \(base.short), \(place()), is unknown: \(unknown)")
    }
  }
}
