import Decisions
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
      isThere(reference.location.at(shown.digest)),
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

  /// Builds are pushed to their own repositories; in every other lies what was copied there.
  func isThere(_ reference: ImageReference) -> Bool {
    pushed.contains(reference.location) || copied.contains(reference)
  }

  func bring(_ copy: ImageCopy) -> ImageCopyResult {
    if strikes(.refusedWrite) { return .failed(Unknown(.rateLimited, "simulated")) }
    guard isThere(copy.from.at(copy.digest)), !isCollected(copy.digest, in: copy.from) else {
      return .failed(Unknown(.unanswerable, "simulated"))
    }
    copied.append(copy.to.at(copy.digest))
    return .copied
  }

  func bringReferrers(_ copy: ReferrerCopy) -> BroughtReferrers {
    if strikes(.refusedWrite) { return BroughtReferrers(brought: [], complaints: ["simulated"]) }
    return BroughtReferrers(brought: ["\(copy.to.at(copy.digest)) signed"], complaints: [])
  }

  /// What is known to be denied is said beforehand; what will be denied for the first time is not.
  func probe(_ probe: WriteProbe) -> WriteProbeResult {
    switch probe.kind {
    case .upload:
      deniedRepository == probe.location.repository
        ? .refused(Unknown(.forbidden, "simulated")) : .allowed
    case .rules:
      immutableTags.contains(probe.target)
        ? .refused(Unknown(.forbidden, "the tag is immutable")) : .allowed
    }
  }

  func remove(_ removal: TagRemoval) -> TagRemovalResult {
    if strikes(.refusedWrite) { return .left(Unknown(.unanswerable, "simulated")) }
    if tags[removal.target]?.digest == removal.digest {
      tags[removal.target] = nil
      if !removal.tag.text.contains("-prev-") { compareMembers() }
    }
    return .removed
  }

  /// What the adapter sees right before it sends a write: a look and not a lock, because the write lands
  /// later. Nil when it goes on.
  func lastLook(_ write: TagWrite) -> TagWriteResult? {
    let shown = tags[write.target]?.digest
    if shown == write.digest { return .written }
    guard let before = write.before, before != TagWrite.Before(shown) else { return nil }
    return .refused(Unknown(.unanswerable, "simulated"))
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
    if !isThere(write.location.at(write.digest)) || isCollected(write.digest, in: write.location) {
      return Unknown(.unanswerable, "the manifest is not there")
    }
    return strikes(.refusedWrite) ? Unknown(.rateLimited, "simulated") : nil
  }
}

extension ImageFacts {
  /// The bytes of an imaginary manifest.
  var kept: KeptManifest {
    KeptManifest(
      digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json", text: "{}")
  }
}
