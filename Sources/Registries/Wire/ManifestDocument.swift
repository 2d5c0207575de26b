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
}

/// What a manifest turned out to be.
enum ManifestContent: Hashable, Sendable {
  case index([Descriptor])
  case image(config: Descriptor, layers: [Descriptor])
}
