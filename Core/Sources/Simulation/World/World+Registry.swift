import Decisions
import OrderedCollections
import Vocabulary

extension World {
  /// What a read of a tag or a digest finds.
  func inspect(_ reference: ImageReference) -> Reading<ImageFacts> {
    let shown: ShownTag?
    switch reference.selector {
    case .digest(let digest): shown = ShownTag(digest: digest, isForeign: false)
    case .tag:
      shown =
        builds[reference].map { ShownTag(digest: $0, isForeign: false) }
        ?? tagShown(reference)
    }
    guard let shown, let commit = Scenario.commit(of: shown.digest),
      !isCollected(shown.digest, in: reference.location)
    else { return .absent }
    let isLabelled = shown.isLabelled && !unlabelled.contains(commit)
    return .found(
      ImageFacts(
        digest: shown.digest,
        revision: isLabelled ? .value(scenario.history.commits[commit].text) : .missing,
        source: scenario.plan.releaseSet.source.map { .value($0.text) } ?? .missing))
  }

  /// For a few seconds after a write a replica may still show what was there before.
  private func tagShown(_ reference: ImageReference) -> ShownTag? {
    let shown = tags[reference]
    guard let before = shown?.before, let since = shown?.since, now - since < 10_000,
      strikes(.staleRead)
    else { return shown }
    return ShownTag(digest: before, isForeign: false)
  }

  /// Retention took it, and no tag keeps it.
  private func isCollected(_ digest: Digest, in location: ImageLocation) -> Bool {
    guard let commit = Scenario.commit(of: digest), collected.contains(commit) else { return false }
    return !tags.contains {
      $0.value.digest == digest && $0.key.repository == location.repository
    }
  }

  func point(_ write: TagWrite, _ effect: Effect) throws(Violation) -> TagWriteResult {
    if let refusal = refusal(of: write) { return .refused(refusal) }
    if strikes(.forgottenWrite) {
      // A registry lies in one way at a time: who forgets a write and then shows what was there
      // before it cannot be told from one that obeyed.
      tags[write.target]?.before = nil
      return .written
    }
    let before = tags[write.target]
    let isChange = before?.digest != write.digest
    tags[write.target] = ShownTag(
      digest: write.digest, isForeign: false, before: isChange ? before?.digest : nil, since: now)
    if write.isChannel { compareMembers() }
    note(0x7A6, UInt64(bitPattern: Int64(Scenario.commit(of: write.digest) ?? -1)))
    guard isChange else { return .written }
    if let commit = Scenario.commit(of: write.digest) {
      tell(.outside, "\(write.target.words) shows commit \(commit)")
      movements.append(Movement(at: now, subject: .tag(write.target), commit: commit))
    }
    try check(.tagMoved(write, from: before, by: effect))
    return .written
  }

  private func refusal(of write: TagWrite) -> Unknown? {
    if deniedRepository == nil, strikes(.deniedRepository) {
      deniedRepository = write.location.repository
    }
    if deniedRepository == write.location.repository { return Unknown(.forbidden, "simulated") }
    if let shown = tags[write.target], shown.digest != write.digest {
      if strikes(.immutableTag) { immutableTags.append(write.target) }
      if immutableTags.contains(write.target) { return Unknown(.forbidden, "the tag is immutable") }
    }
    if isCollected(write.digest, in: write.location) {
      return Unknown(.unanswerable, "the manifest is not there")
    }
    return strikes(.refusedWrite) ? Unknown(.rateLimited, "simulated") : nil
  }
}
