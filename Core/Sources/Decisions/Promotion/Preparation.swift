import OrderedCollections
import Vocabulary

/// What must have happened before the first tag of a channel is written: images copied to where they are
/// missing, the old bytes in the journal, pins that are one too many removed.
struct Preparation: Hashable, Sendable, Codable {
  private var unanswered: OrderedSet<Action>
  private(set) var complaints: [String] = []
  /// The bytes of what each member shows now.
  private(set) var kept: OrderedDictionary<ImageReference, KeptManifest> = [:]
  private(set) var referrers: [BroughtReferrers] = []
  private let followers: OrderedDictionary<Action, Action>

  /// - Parameter followers: what is to be done after which of `actions`, once that has succeeded.
  init(_ actions: [Action], followers: OrderedDictionary<Action, Action> = [:]) {
    unanswered = OrderedSet(actions)
    self.followers = followers
  }

  var isDone: Bool { unanswered.isEmpty }

  func start() -> [Action] { Array(unanswered) }

  /// Takes in one answer; late and repeated ones change nothing. Returns what is to be done after it.
  mutating func receive(_ outcome: Outcome, of action: Action) -> [Action] {
    guard unanswered.contains(action) else { return [] }
    switch (action, outcome) {
    case (.copy, .copied(.copied)):
      unanswered.remove(action)
      guard let follower = followers[action] else { return [] }
      unanswered.append(follower)
      return [follower]
    case (.remove, .removed):
      // A pin that cannot be removed takes up room and hurts nobody.
      break
    case (.bring, .brought(let brought)):
      // An image is whole without them.
      referrers.append(brought)
    case (.copy(let copy), .copied(.failed(let why))):
      complaints.append("\(copy.to.at(copy.digest)) could not be copied from \(copy.from): \(why)")
    case (.keep(let reference), .kept(let reading)):
      keep(reading, of: reference)
    default: return []
    }
    unanswered.remove(action)
    return []
  }

  private mutating func keep(_ reading: Reading<KeptManifest>, of reference: ImageReference) {
    switch reading {
    case .found(let manifest): kept[reference] = manifest
    case .absent: complaints.append("\(reference) is gone")
    case .unknown(let why): complaints.append("\(reference) could not be kept: \(why)")
    }
  }
}
