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
    var allowance = TreeAllowance(place: location.at(root.digest))
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
      let listed = unique(entries)
      try allowance.spend(on: listed)
      levels.append(try await reader.children(listed, in: location))
    }
    return ImageTree(
      manifests: unique(levels.reversed().flatMap(\.self)), blobs: unique(blobs))
  }
}

/// How much may be read of what an index leads to. Everything is kept until all of it is known, so an index
/// of somebody else's must not say how much that is.
struct TreeAllowance {
  /// Manifests below the root. Official indexes list about a dozen images, each with an attestation.
  static let manifestsMax = 256
  /// Of those manifests together. A usual one has a few KiB.
  static let bytesMax: Int64 = 32 * 1_024 * 1_024

  /// For messages.
  let place: ImageReference
  private var manifests = 0
  private var bytes: Int64 = 0

  init(place: ImageReference) { self.place = place }

  /// Takes what is going to be read off it; what comes must then be of the size that was announced.
  mutating func spend(on entries: [Descriptor]) throws(Unknown) {
    manifests += entries.count
    guard manifests <= Self.manifestsMax else {
      throw Unknown(
        .tooLarge,
        "\(place): expected at most \(Self.manifestsMax) manifests below it, found more")
    }
    for entry in entries { bytes += entry.size }
    guard bytes <= Self.bytesMax else {
      throw Unknown(
        .tooLarge,
        "\(place): expected at most \(Self.bytesMax) bytes of manifests below it, found \(bytes)")
    }
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
