import Transport
public import Vocabulary

extension OCIRegistry {
  public func point(_ write: TagWrite) async -> TagWriteResult {
    do throws(Unknown) {
      let manifest = try await manifest(of: write)
      if try await isDone(write) { return .written }
      return await put(manifest, write)
    } catch {
      return .refused(error)
    }
  }

  /// Sends the bytes of a manifest to the tag.
  func put(_ manifest: StoredManifest, _ write: TagWrite) async -> TagWriteResult {
    var expected: Digest?
    if case .digest(let digest) = write.before { expected = digest }
    switch await client.put(manifest, at: write.target, expecting: expected) {
    case .success(let answer): return await conclude(write, manifest, answer)
    case .failure(let failure): return conclude(failure)
    }
  }

  /// The bytes to send: those that lie in the repository, or those that were kept of what has lain there.
  private func manifest(of write: TagWrite) async throws(Unknown) -> StoredManifest {
    switch await reader.manifest(write.digest, in: write.location) {
    case .found(let manifest): return manifest
    case .unknown(let unknown): throw unknown
    case .absent:
      if let kept = write.kept.flatMap(StoredManifest.init), kept.digest == write.digest {
        return kept
      }
      throw Unknown(
        .unanswerable,
        "\(write.location): expected \(write.digest.short) there before \(write.tag) points at it")
    }
  }

  /// The last look before a write: whether the tag shows already what it is to show.
  /// - Throws: ``Unknown`` when it shows something else than when the write was decided on.
  private func isDone(_ write: TagWrite) async throws(Unknown) -> Bool {
    guard let before = write.before else { return false }
    let shown = try await shown(write.target)
    if shown == write.digest { return true }
    guard before == TagWrite.Before(shown) else {
      throw Unknown(
        .unanswerable,
        "\(write.target) shows \(shown?.short ?? "nothing") now, which is not what it showed before"
      )
    }
    return false
  }

  /// An answer that began is still no acknowledgement when it could not be read to its end.
  private func conclude(_ failure: ExchangeFailure) -> TagWriteResult {
    switch failure.delivery {
    case .neverSent: .refused(failure.unknown)
    case .possiblySent, .answered: .ambiguous(failure.unknown)
    }
  }

  private func conclude(
    _ write: TagWrite, _ manifest: StoredManifest, _ answer: HTTPAnswer
  ) async -> TagWriteResult {
    switch answer.status {
    case 201: return await acknowledged(write, manifest, answer)
    case 400, 409: return await refused(write, answer)
    default:
      let unknown = client.unknown(answer, toWriting: write.target)
      return answer.leavesWriteOpen ? .ambiguous(unknown) : .refused(unknown)
    }
  }

  /// The registry says it has stored something: it must be these bytes.
  private func acknowledged(
    _ write: TagWrite, _ manifest: StoredManifest, _ answer: HTTPAnswer
  ) async -> TagWriteResult {
    do throws(Unknown) {
      if let named = try answer.contentDigest(of: write.target) {
        guard named.matches(manifest.bytes) else {
          throw Unknown(
            .malformed, "\(write.target): sent \(write.digest.short), acknowledged \(named.short)")
        }
        return .written
      }
      // Naming the digest is optional in the specification up to 1.1: then it is asked for.
      guard try await isThere(write, manifest) else {
        throw Unknown(
          .malformed, "\(write.target): acknowledged, but it does not point at what was sent")
      }
      return .written
    } catch {
      return .ambiguous(error)
    }
  }

  /// Registries with immutable tags refuse even a write that changes nothing, so the tag is looked
  /// at.
  private func refused(_ write: TagWrite, _ answer: HTTPAnswer) async -> TagWriteResult {
    guard answer.errorCodes.contains(.tagInvalid) else {
      return .refused(client.unknown(answer, toWriting: write.target))
    }
    if case .found(let named) = await client.namedDigest(write.target), named == write.digest {
      return .written
    }
    return .refused(
      Unknown(
        .forbidden, "\(write.target): the registry does not let this tag move (it may be immutable)"
      ))
  }

  private func isThere(_ write: TagWrite, _ manifest: StoredManifest) async throws(Unknown) -> Bool
  {
    try await shown(write.target)?.matches(manifest.bytes) ?? false
  }

  /// What a tag shows, by HEAD where that says it and by content where not; nil when there is no such tag.
  private func shown(_ target: ImageReference) async throws(Unknown) -> Digest? {
    switch await client.namedDigest(target) {
    case .unknown(let unknown): throw unknown
    case .absent: return nil
    case .found(.some(let named)): return named
    case .found(.none): break
    }
    switch await client.manifest(target) {
    case .unknown(let unknown): throw unknown
    case .absent: return nil
    case .found(let read): return read.digest
    }
  }
}

extension HTTPAnswer {
  /// Whether a write that was answered so may have been done, or may still be.
  var leavesWriteOpen: Bool {
    switch status {
    // Said by a server or a proxy that stopped waiting: what it has passed on, it does not know.
    case 408, 499: true
    case 300..<500: false
    default: true
    }
  }
}
