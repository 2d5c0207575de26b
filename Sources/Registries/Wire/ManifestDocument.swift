import Vocabulary

/// A manifest or index as JSON, before it is decided which of the two it is.
struct ManifestDocument: Decodable {
  let mediaType: String?
  let config: Descriptor?
  let layers: [Descriptor]?
  let manifests: [Descriptor]?
  let annotations: [String: String]?
}

/// A pointer to content: what it is, its address and its size (OCI image-spec, descriptor.md).
struct Descriptor: Codable, Hashable, Sendable {
  let mediaType: String
  let digest: Digest
  /// In bytes.
  let size: Int64
  let platform: Platform?
  let annotations: [String: String]?
  let artifactType: String?

  struct Platform: Codable, Hashable, Sendable {
    let os: String
    let architecture: String
    let variant: String?
  }

  /// A tebibyte. What is larger is no layer, and what is negative no size.
  static let sizeMax: Int64 = 1 << 40
}

extension Descriptor {
  /// - Throws: ``Objection`` for a size that nothing can have, beside what is no descriptor at all.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mediaType = try container.decode(String.self, forKey: .mediaType)
    digest = try container.decode(Digest.self, forKey: .digest)
    size = try container.decode(Int64.self, forKey: .size)
    platform = try container.decodeIfPresent(Platform.self, forKey: .platform)
    annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
    artifactType = try container.decodeIfPresent(String.self, forKey: .artifactType)
    guard (0...Self.sizeMax).contains(size) else {
      throw Objection(
        sentence: "expected sizes from 0 to \(Self.sizeMax) bytes, found \(size)")
    }
  }
}

/// What a manifest turned out to be.
enum ManifestContent: Hashable, Sendable {
  case index([Descriptor])
  case image(config: Descriptor, layers: [Descriptor])
}
