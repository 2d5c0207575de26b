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
  private static let blobPolicy = RetryPolicy(
    attemptsMax: 3, backoff: Backoff(pauseFirst: .milliseconds(500), pauseMax: .seconds(4)))
  private static let blobTotalMax = DistributionClient.downloadMax * 3

  /// What a registry makes of a manifest.
  enum Reception: Sendable {
    case taken
    /// It does not have all that the manifest names, and has not taken it.
    case incomplete(Unknown)
  }

  /// Copies everything.
  ///
  /// - Parameters:
  ///   - nearby: what the destination has already; whatever it names is not sent.
  ///   - sendRoot: sends the root, to its digest or to a tag, when all that it names is there.
  func copy(
    _ tree: ImageTree, from: ImageLocation, to: ImageLocation, nearby: StoredManifest?,
    sendingRootWith sendRoot: (StoredManifest) async throws(Unknown) -> Reception
  ) async throws(Unknown) {
    let known = await digests(nearby, in: to)
    guard
      case .incomplete(let lacking) = try await bring(
        tree, from: from, to: to, known: known, sendingRootWith: sendRoot)
    else { return }
    // What an image names may have been collected in spite of it: then nothing is taken for granted.
    guard !known.isEmpty else { throw lacking }
    if case .incomplete(let lacking) = try await bring(
      tree, from: from, to: to, known: [], sendingRootWith: sendRoot)
    {
      throw lacking
    }
  }

  /// Sends a manifest to its own digest.
  func put(_ manifest: StoredManifest, to location: ImageLocation) async throws(Unknown)
    -> Reception
  {
    let reference = location.at(manifest.digest)
    let answer = try DistributionClient.answer(await client.put(manifest, at: reference))
    guard answer.status == 201 else {
      let unknown = client.unknown(answer, toWriting: reference)
      guard unknown.cause == .incomplete else { throw unknown }
      return .incomplete(unknown)
    }
    if let named = try answer.contentDigest(of: reference), named != manifest.digest {
      throw Unknown(.malformed, "\(reference): stored as \(named.short)")
    }
    return .taken
  }

  /// Everything that `manifest` leads to. Attestations are made for one build and have nothing in common
  /// with those of the next.
  private func digests(
    _ manifest: StoredManifest?, in location: ImageLocation
  ) async -> Set<Digest> {
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

  /// Sends whatever is not `known` to be there, and the root last.
  private func bring(
    _ tree: ImageTree, from: ImageLocation, to: ImageLocation, known: Set<Digest>,
    sendingRootWith sendRoot: (StoredManifest) async throws(Unknown) -> Reception
  ) async throws(Unknown) -> Reception {
    let blobs = tree.blobs.filter { !known.contains($0.digest) }
    _ = try await abreast(blobs, atMost: Self.blobsInFlightMax) { blob async throws(Unknown) in
      try await bring(blob, from: from, to: to)
    }
    // What lists comes after what it lists, so they go one after the other.
    for manifest in tree.manifests.dropLast() where !known.contains(manifest.digest) {
      let reception = try await put(manifest, to: to)
      guard case .taken = reception else { return reception }
    }
    return try await sendRoot(tree.root)
  }

  private func bring(
    _ blob: Descriptor, from: ImageLocation, to: ImageLocation
  ) async throws(Unknown) {
    let retry = client.connections.retry(Self.blobPolicy, total: Self.blobTotalMax)
    var mayBeThere = false
    let failure: Unknown? = await retry.run { _ in
      // An answer may have been lost after all of it had arrived. Where that cannot be learnt, it is sent
      // again, which is never wrong.
      if mayBeThere, await client.holds(blob.digest, in: to) { return .conclusive(nil) }
      do throws(Unknown) {
        guard case .notTaken(let refusal) = try await begin(blob, from: from, to: to) else {
          return .conclusive(nil)
        }
        mayBeThere = refusal.mayBeThere
        return .passing(refusal.unknown, pause: refusal.pause)
      } catch {
        mayBeThere = true
        return error.mayPass ? .passing(error, pause: nil) : .conclusive(error)
      }
    }
    if let failure { throw failure }
  }

  /// Begins a blob once. Whatever passes by itself may be tried again, from the beginning: what came of it
  /// has been used up.
  private func begin(
    _ blob: Descriptor, from: ImageLocation, to: ImageLocation
  ) async throws(Unknown) -> DistributionClient.BlobReception {
    let source = from.registry == to.registry ? from.repository : nil
    switch try await client.upload(of: blob.digest, to: to, mountingFrom: source) {
    case .mounted: return .taken
    case .session(let session): return try await stream(blob, from: from, to: to, session)
    }
  }

  /// Passes a blob on as it comes in: nothing of it touches the disk.
  private func stream(
    _ blob: Descriptor, from: ImageLocation, to: ImageLocation, _ session: HTTPRequest
  ) async throws(Unknown) -> DistributionClient.BlobReception {
    let handoff = Handoff()
    async let sent: Result<DistributionClient.BlobReception, Unknown> = {
      do throws(Unknown) {
        let reception = try await client.send(
          blob.digest, size: blob.size, from: handoff, to: session, of: to)
        handoff.end(Handoff.Ended())
        return .success(reception)
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
      let sent = await sent
      guard unknown.cause == .unanswerable else { throw unknown }
      // The other side has ended first, and its reason is the better one.
      switch sent {
      case .failure(let failure): throw failure
      case .success(.notTaken(let refusal)): return .notTaken(refusal)
      case .success(.taken): throw unknown
      }
    }
    return try await sent.get()
  }
}
