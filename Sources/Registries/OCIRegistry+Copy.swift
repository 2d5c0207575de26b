import Transport
public import Vocabulary

extension OCIRegistry {
  var copier: ImageCopier { ImageCopier(client: client, reader: reader) }

  public func manifest(_ reference: ImageReference) async -> Reading<KeptManifest> {
    let reading =
      switch reference.selector {
      case .digest(let digest): await reader.manifest(digest, in: reference.location)
      case .tag: await reader.manifest(reference)
      }
    switch reading {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(let manifest):
      guard let text = String(validating: manifest.bytes, as: UTF8.self) else {
        return .unknown(Unknown(.malformed, "\(reference): expected JSON in UTF-8"))
      }
      return .found(
        KeptManifest(digest: manifest.digest, mediaType: manifest.type.rawValue, text: text))
    }
  }

  public func copy(_ copy: ImageCopy) async -> ImageCopyResult {
    do throws(Unknown) {
      let root: StoredManifest
      switch await reader.manifest(copy.digest, in: copy.from) {
      case .found(let manifest): root = manifest
      case .absent:
        throw Unknown(.unanswerable, "\(copy.from.at(copy.digest)) is not there")
      case .unknown(let unknown): throw unknown
      }
      let tree = try await ImageTree.read(root, in: copy.from, by: reader)
      let nearby = await nearby(copy)
      try await copier.copy(tree, from: copy.from, to: copy.to, nearby: nearby) {
        root async throws(Unknown) in try await copier.put(root, to: copy.to)
      }
      return .copied
    } catch {
      return .failed(error)
    }
  }

  /// What the destination shows now, where that can be read: it only spares work.
  private func nearby(_ copy: ImageCopy) async -> StoredManifest? {
    guard let digest = copy.nearby else { return nil }
    return await reader.manifest(digest, in: copy.to).value
  }

  public func remove(_ removal: TagRemoval) async -> TagRemovalResult {
    switch await client.namedDigest(removal.target) {
    case .absent: return .removed
    case .unknown(let unknown): return .left(unknown)
    case .found(let named):
      guard named == removal.digest else {
        return named == nil
          ? .left(
            Unknown(.unanswerable, "\(removal.target): the registry does not say what it shows"))
          : .removed
      }
    }
    switch await client.removeTag(removal.target) {
    case .failure(let failure): return .left(failure.unknown)
    case .success(let answer):
      return answer.status == 202 || answer.status == 200 || answer.provesAbsence
        ? .removed : .left(client.unknown(answer, toWriting: removal.target))
    }
  }
}
