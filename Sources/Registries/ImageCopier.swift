import Transport
import Vocabulary

/// Copies an image with everything it lists from one repository to another, by content: blobs first, then
/// what lists them. No tag is touched.
struct ImageCopier: Sendable {
  let client: DistributionClient
  let reader: ImageReader

  /// How many blobs are on their way at once.
  private static let blobsInFlightMax = 4
  /// How often one blob is begun.
  private static let attemptsMax = 3

  /// Copies everything but the root, which is the caller's to send: to a digest, or to a tag at last.
  ///
  /// - Parameter nearby: what the destination has already; whatever it names is not sent.
  func copyParts(
    of tree: ImageTree, from: ImageLocation, to: ImageLocation, nearby: StoredManifest?
  ) async throws(Unknown) {
    let known = try await digests(nearby, in: to)
    do throws(Unknown) {
      try await bring(tree, from: from, to: to, known: known)
    } catch {
      // What an image names may have been collected in spite of it: then nothing is taken for granted.
      guard error.cause == .unanswerable, !known.isEmpty else { throw error }
      try await bring(tree, from: from, to: to, known: [])
    }
  }

  /// Sends a manifest to its own digest.
  func put(_ manifest: StoredManifest, to location: ImageLocation) async throws(Unknown) {
    let reference = location.at(manifest.digest)
    let answer = try DistributionClient.answer(await client.put(manifest, at: reference))
    guard answer.status == 201 else {
      let isIncomplete = answer.errorCodes.contains {
        $0 == .manifestBlobUnknown || $0 == .blobUnknown || $0 == .manifestUnknown
      }
      let unknown = client.unknown(answer, toWriting: reference)
      throw isIncomplete ? Unknown(.unanswerable, unknown.detail) : unknown
    }
    if let named = try answer.contentDigest(of: reference), named != manifest.digest {
      throw Unknown(.malformed, "\(reference): stored as \(named.short)")
    }
  }

  /// Everything that `manifest` leads to. Attestations are made for one build and have nothing in common
  /// with those of the next.
  private func digests(
    _ manifest: StoredManifest?, in location: ImageLocation
  ) async throws(Unknown) -> Set<Digest> {
    guard let manifest else { return [] }
    do throws(Unknown) {
      let tree = try await ImageTree.read(
        manifest, in: location, by: reader, includesAttestations: false)
      return Set(tree.manifests.map(\.digest) + tree.blobs.map(\.digest))
    } catch {
      // It only spares work.
      return []
    }
  }

  private func bring(
    _ tree: ImageTree, from: ImageLocation, to: ImageLocation, known: Set<Digest>
  ) async throws(Unknown) {
    let blobs = tree.blobs.filter { !known.contains($0.digest) }
    try await each(blobs) { blob async throws(Unknown) in
      try await bring(blob, from: from, to: to)
    }
    // What lists comes after what it lists, so they go one after the other.
    for manifest in tree.manifests.dropLast() where !known.contains(manifest.digest) {
      try await put(manifest, to: to)
    }
  }

  private func bring(
    _ blob: Descriptor, from: ImageLocation, to: ImageLocation
  ) async throws(Unknown) {
    let source = from.registry == to.registry ? from.repository : nil
    var attempts = 0
    while true {
      attempts += 1
      do throws(Unknown) {
        switch try await client.upload(of: blob.digest, to: to, mountingFrom: source) {
        case .mounted: return
        case .session(let session): return try await stream(blob, from: from, to: to, session)
        }
      } catch {
        guard error.mayPass, attempts < Self.attemptsMax else { throw error }
        // An answer may have been lost after all of it had arrived. Where that cannot be learnt, it is sent
        // again, which is never wrong.
        do throws(Unknown) {
          if try await client.holds(blob.digest, in: to) { return }
        } catch {
          continue
        }
      }
    }
  }

  /// Passes a blob on as it comes in: nothing of it touches the disk.
  private func stream(
    _ blob: Descriptor, from: ImageLocation, to: ImageLocation, _ session: HTTPRequest
  ) async throws(Unknown) {
    let handoff = Handoff()
    async let sent: Result<Void, Unknown> = {
      do throws(Unknown) {
        try await client.send(
          blob.digest, size: blob.size, from: handoff, to: session, of: to)
        handoff.end(Handoff.Ended())
        return .success(())
      } catch {
        handoff.end(error)
        return .failure(error)
      }
    }()
    let read = await client.download(blob.digest, size: blob.size, in: from) { bytes in
      try await handoff.give(bytes)
    }
    switch read {
    case .found: handoff.end()
    case .absent:
      let absent = Unknown(.unanswerable, "\(from)@\(blob.digest.short) is not there")
      handoff.end(absent)
      _ = await sent
      throw absent
    case .unknown(let unknown):
      handoff.end(unknown)
      // Where the other side has ended first, its reason is the better one.
      if case .failure(let failure) = await sent, unknown.cause == .unanswerable { throw failure }
      throw unknown
    }
    try await sent.get()
  }

  private func each(
    _ blobs: [Descriptor], _ work: @escaping @Sendable (Descriptor) async throws(Unknown) -> Void
  ) async throws(Unknown) {
    let failure: Unknown? = await withTaskGroup(of: Unknown?.self) { group in
      var left = blobs[...]
      for blob in left.prefix(Self.blobsInFlightMax) {
        group.addTask { await Self.failure(blob, work) }
      }
      left = left.dropFirst(Self.blobsInFlightMax)
      var first: Unknown?
      for await failure in group {
        first = first ?? failure
        guard first == nil, let next = left.popFirst() else { continue }
        group.addTask { await Self.failure(next, work) }
      }
      return first
    }
    if let failure { throw failure }
  }

  private static func failure(
    _ blob: Descriptor, _ work: @Sendable (Descriptor) async throws(Unknown) -> Void
  ) async -> Unknown? {
    do throws(Unknown) {
      try await work(blob)
      return nil
    } catch {
      return error
    }
  }
}
