import OrderedCollections
import Vocabulary

// What a channel shows, and whether it may be moved from there to the candidate.

extension Promotion {
  /// Everything that could not be read or is not there, told at once.
  var obstacle: (Conclusion, String)? {
    let unreadable = shown.compactMap { reference, reading -> String? in
      guard case .unknown(let why) = reading, isNeeded(reference) else { return nil }
      return "\(reference): \(why)"
    }
    let missing = OrderedSet(channel.members.filter(isMissing).compactMap(source)).map(\.text)
      .joined(separator: ", ")
    let absence = "an image of \(candidate.commit.short) is not there: \(missing)"
    guard unreadable.isEmpty else {
      return (
        .refused(.unknown),
        "could not be read: " + unreadable.joined(separator: "; ")
          + (missing.isEmpty ? "" : "; and " + absence)
      )
    }
    guard !missing.isEmpty else { return nil }
    return (.refused(.stalePlan), "nothing was moved, because " + absence)
  }

  /// Whether what lies there plays a part: nobody needs the origin of what has been copied before.
  private func isNeeded(_ reference: ImageReference) -> Bool {
    channel.members.contains { member in
      target(of: member) == reference || source(of: member) == reference
        || (origin(of: member) == reference && source(of: member).map(isThere) == false)
    }
  }

  /// Whether the build is proven to be neither where it is wanted nor where it could be copied from.
  private func isMissing(_ member: ChannelPlan.Member) -> Bool {
    guard let source = source(of: member), shown[source] == .absent else { return false }
    return origin(of: member).map { shown[$0] == .absent } ?? true
  }

  private func isThere(_ source: ImageReference) -> Bool { shown[source]?.value != nil }

  enum Judgement {
    case forward
    case unasked([Action])
    case refused(Conclusion, String)
  }

  /// Judges every destination by the commit it shows now; all that stands in the way is told at once.
  func ancestry(_ facts: Facts) -> Judgement {
    var questions: OrderedSet<Action> = []
    var objections: [(conclusion: Conclusion, sentence: String)] = []
    var places: OrderedDictionary<Commit, [String]> = [:]
    for member in channel.members {
      guard let image = shown[target(of: member)]?.value,
        image.digest != candidate.digest(of: member.image)
      else { continue }
      guard
        let base = facts.releases.commit(of: member.image, at: image.digest) ?? image.commit
      else {
        if WrongDesign.missingLabelIsLegacy.isTried { continue }
        objections.append(
          (
            .refused(.unlabelled),
            "\(target(of: member)) shows \(image.digest.short), which does not say its commit; "
              + "whether \(candidate.commit.short) is newer cannot be known"
          ))
        continue
      }
      places[base, default: []].append(target(of: member).text)
      if facts.lineage.relation(of: candidate.commit, from: base) == nil {
        questions.append(Lineage.question(candidate.commit, from: base))
      }
    }
    guard questions.isEmpty else { return .unasked(Array(questions)) }
    for (base, tags) in places {
      if case .refused(let conclusion, let sentence) = facts.lineage.refusal(
        of: candidate.commit, over: base, whereThereIs: "what \(tags.joined(separator: ", ")) shows"
      ) {
        objections.append((conclusion, sentence))
      }
    }
    guard let first = objections.first else { return .forward }
    return .refused(first.conclusion, objections.map(\.sentence).joined(separator: "; "))
  }
}
