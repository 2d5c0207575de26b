import Control
import Vocabulary

/// Many entries at once: their commits are made here, and one push shows all of them.
extension GitStore {
  var stubbornness: JournalFailure {
    objects.refusal.failed(
      "the server refuses every push to \(objects.place.reference), and nobody else has moved it: it may "
        + "hide it from pushes (receive.hideRefs, transfer.hideRefs), or another program holds its lock"
    )
  }

  func fill(
    after link: ChainLink, behind base: StoredSnapshot?, _ body: (any RowSink) throws -> Void
  ) throws -> Bool {
    let (end, parent) = try refreshing { ($0.end, $0.tip) }
    guard end == link || end == nil && link.position == .start else { return false }
    let root = try base.map { base throws(JournalFailure) in
      try objects.commit(base, after: nil, at: now())
    }
    let sink = GitSink(objects, base: base, root: root, tip: root ?? parent, end: link)
    try body(sink)
    guard let tip = sink.tip, tip != parent else { return true }
    return try show(sink, tip, expecting: parent)
  }

  /// Asked again when the answer was lost: the same commits are stored at most once.
  private func show(
    _ sink: GitSink, _ tip: String, expecting parent: String?
  ) throws(JournalFailure) -> Bool {
    let pause = BlockingPause()
    var last = stubbornness
    for attempt in 1...SharedJournal.attemptsMax {
      let push = objects.push(
        tip, to: objects.place.reference, expecting: parent, count: sink.commits.count)
      switch push {
      case .done:
        try refreshing(onlyIf: { _ in false }) { $0.add(sink) }
        if let row = sink.rows.last {
          objects.remember(GitMemory(commit: tip, position: row.position))
        }
        return true
      case .refused:
        let (isStored, isOvertaken) = try refreshing { known in
          (known.commits.contains(tip) || known.root == tip, known.tip != parent)
        }
        // Refused although nobody was first: somebody was about to be.
        if isStored || isOvertaken { return isStored }
      case .unknown(let failure): last = failure
      case .failed(let failure): throw failure
      }
      pause.before(attempt: attempt)
    }
    throw last
  }
}

/// Rows of which commits are made that nobody sees yet.
private final class GitSink: RowSink {
  private(set) var end: ChainLink
  private let objects: GitObjects
  let base: StoredSnapshot?
  /// The commit that carries ``base``.
  let root: String?
  private(set) var commits: [String] = []
  private(set) var rows: [StoredRow] = []
  private(set) var tip: String?

  init(
    _ objects: GitObjects, base: StoredSnapshot?, root: String?, tip: String?, end: ChainLink
  ) {
    self.objects = objects
    self.base = base
    self.root = root
    self.tip = tip
    self.end = base?.link ?? end
  }

  func take(_ new: [StoredRow]) throws(JournalFailure) {
    guard let last = new.last else { return }
    commits += try objects.commit(new, after: tip)
    rows += new
    tip = commits.last
    end = last.link
  }
}

extension GitStore.Known {
  fileprivate mutating func add(_ sink: GitSink) {
    if let base = sink.base {
      root = sink.root
      snapshots.base = base
    }
    commits += sink.commits
    rows += sink.rows
  }
}
