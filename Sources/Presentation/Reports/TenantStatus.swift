import Decisions
import OrderedCollections
import Vocabulary

/// One tenant: what it was told to run, what it was last proven to run, and what it says now.
struct TenantStatus: Encodable, Hashable, Sendable {
  struct Ordered: Encodable, Hashable, Sendable {
    let commit: Commit
    let digest: Digest?
    let generation: UInt64
    /// Why it is not known what became of the order; absent when that is known.
    let doubt: String?
  }

  struct Proof: Encodable, Hashable, Sendable {
    let isProof: Bool
    let sentence: String
    let samples: Int
    let elapsedMilliseconds: Int64
  }

  struct Live: Encodable, Hashable, Sendable {
    let state: String
    let commit: Commit?
    let sentence: String
  }

  let slug: TenantSlug
  /// Whether it is still in the fleet, in scope or not.
  let isListed: Bool
  let isPinned: Bool
  let isQuarantined: Bool
  let ordered: Ordered?
  let proof: Proof?
  let live: Live?
  /// Whether it serves what it was told to; absent when that cannot be said.
  let agrees: Bool?

  init(_ slug: TenantSlug, _ state: ControlState, isListed: Bool, live observation: Observation?) {
    self.slug = slug
    self.isListed = isListed
    isPinned = state.safety.pins[slug] != nil
    let placement = state.facts.placements[slug]
    isQuarantined = placement?.isQuarantined ?? false
    ordered = placement.map {
      Ordered(
        commit: $0.commit, digest: $0.digest, generation: $0.generation.number,
        doubt: $0.doubt?.description)
    }
    proof = placement?.receipt.map {
      Proof(
        isProof: $0.isProof, sentence: placement?.sentence ?? $0.sentence, samples: $0.samples,
        elapsedMilliseconds: $0.elapsed.milliseconds)
    }
    live = observation.map {
      Live(state: $0.word, commit: $0.claimedCommit, sentence: $0.sentence)
    }
    if let observation, let placement {
      agrees = observation == .running(placement.commit)
    } else {
      agrees = nil
    }
  }

  /// What differs, in one sentence.
  var disagreement: String? {
    guard agrees == false, let live, let ordered else { return nil }
    return "\(slug) \(live.sentence); it was told to run \(ordered.commit)"
  }

  func line(nameColumns: Int) -> Line {
    var line: Line =
      switch agrees {
      case true?: Line("  ✓ ", .good)
      case false?: Line("  ✗ ", .bad)
      case nil: Line("  ○ ", .quiet)
      }
    line.add(
      slug.text + String(repeating: " ", count: max(nameColumns - columns(of: slug.text), 0)))
    line.add("  \(live?.sentence ?? remembered)", agrees == false ? .bad : nil)
    if live != nil, agrees != true { line.add("; \(remembered)", .quiet) }
    if isPinned { line.add("  pinned", .warning) }
    if isQuarantined { line.add("  quarantined", .warning) }
    if !isListed { line.add("  not in the fleet any more", .warning) }
    return line
  }

  /// What the journal says of it.
  private var remembered: String {
    guard let ordered else { return "pawl never moved it" }
    guard let proof else {
      let doubt = ordered.doubt.map { "; the order may not have been obeyed: \($0)" } ?? ""
      return "told to run \(ordered.commit), not proven since" + doubt
    }
    return proof.isProof ? "proven on \(ordered.commit)" : "last seen: \(proof.sentence)"
  }
}
