import OrderedCollections
import Vocabulary

/// What must have happened before the first tag of a channel is written: images copied to where they are
/// missing, the old bytes in the journal, pins that are one too many removed.
struct Preparation: Hashable, Sendable {
  private var unanswered: OrderedSet<Action>
  private(set) var complaints: [String] = []
  /// The bytes of what each member shows now.
  private(set) var kept: OrderedDictionary<ImageReference, KeptManifest> = [:]

  init(_ actions: [Action]) { unanswered = OrderedSet(actions) }

  var isDone: Bool { unanswered.isEmpty }

  func start() -> [Action] { Array(unanswered) }

  /// Takes in one answer; late and repeated ones change nothing.
  mutating func receive(_ outcome: Outcome, of action: Action) {
    guard unanswered.contains(action) else { return }
    switch (action, outcome) {
    case (.copy, .copied(.copied)), (.remove, .removed):
      // A pin that cannot be removed takes up room and hurts nobody.
      break
    case (.copy(let copy), .copied(.failed(let why))):
      complaints.append("\(copy.to.at(copy.digest)) could not be copied from \(copy.from): \(why)")
    case (.keep(let reference), .kept(let reading)):
      keep(reading, of: reference)
    default: return
    }
    unanswered.remove(action)
  }

  private mutating func keep(_ reading: Reading<KeptManifest>, of reference: ImageReference) {
    switch reading {
    case .found(let manifest): kept[reference] = manifest
    case .absent: complaints.append("\(reference) is gone")
    case .unknown(let why): complaints.append("\(reference) could not be kept: \(why)")
    }
  }
}
