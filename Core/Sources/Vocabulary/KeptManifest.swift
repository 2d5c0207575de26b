/// A manifest's own bytes, to point a tag at it again whatever becomes of it in the registry.
public struct KeptManifest: Hashable, Sendable, Codable {
  public let digest: Digest
  public let mediaType: String
  /// Manifests are JSON, so their bytes are UTF-8 and stay the same as text.
  public let text: String

  public init(digest: Digest, mediaType: String, text: String) {
    self.digest = digest
    self.mediaType = mediaType
    self.text = text
  }
}
