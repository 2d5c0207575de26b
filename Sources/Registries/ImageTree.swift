import Vocabulary

/// An index or image with everything it lists, read and verified.
struct ImageTree: Sendable {
  /// What lists comes after what it lists; the root is the last.
  let manifests: [StoredManifest]
  /// The blobs that its images consist of, each once.
  let blobs: [Descriptor]

  var root: StoredManifest { manifests[manifests.count - 1] }

  /// Reads everything below `root`, one level at a time.
  /// - Parameter includesAttestations: whether what is not an image is followed as well.
  static func read(
    _ root: StoredManifest, in location: ImageLocation, by reader: ImageReader,
    includesAttestations: Bool = true
  ) async throws(Unknown) -> ImageTree {
    var levels = [[root]]
    var blobs: [Descriptor] = []
    while let level = levels.last, !level.isEmpty {
      guard levels.count <= ImageReader.indexDepthMax else {
        throw Unknown(
          .unanswerable, "\(location.at(root.digest)): expected fewer levels of index")
      }
      var entries: [Descriptor] = []
      for manifest in level {
        switch try manifest.content(of: location) {
        case .index(let listed):
          entries += listed.filter { includesAttestations || $0.isImage }
        case .image(let config, let layers):
          blobs += ([config] + layers).filter { !$0.liesElsewhere }
        }
      }
      levels.append(try await reader.children(unique(entries), in: location))
    }
    return ImageTree(
      manifests: unique(levels.reversed().flatMap(\.self)), blobs: unique(blobs))
  }
}

extension Descriptor {
  /// Layers that registries do not hold: they name other places to get them from (OCI image-spec,
  /// layer.md, "Non-Distributable Layers").
  fileprivate var liesElsewhere: Bool {
    mediaType.contains("nondistributable") || mediaType.contains(".foreign.")
  }
}

private protocol Addressed { var digest: Digest { get } }
extension Descriptor: Addressed {}
extension StoredManifest: Addressed {}

/// The first of each digest, in order.
private func unique<Element: Addressed>(_ elements: [Element]) -> [Element] {
  var seen: Set<Digest> = []
  return elements.filter { seen.insert($0.digest).inserted }
}
