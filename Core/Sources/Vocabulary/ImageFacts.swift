/// What an image says of itself, read by content and verified.
public struct ImageFacts: Hashable, Sendable, Codable {
  /// The digest of the manifest or index that the reference names.
  public let digest: Digest
  /// `org.opencontainers.image.revision` of the image's config.
  public let revision: Label
  /// `org.opencontainers.image.source` of the image's config.
  public let source: Label

  public init(digest: Digest, revision: Label, source: Label) {
    self.digest = digest
    self.revision = revision
    self.source = source
  }

  /// A label of the config: a value, or the certainty that there is none. An unreadable config is an
  /// ``Unknown`` of the whole image.
  public enum Label: Hashable, Sendable, Codable {
    case value(String)
    case missing
  }

  /// The commit the image says it was built from, when it says one in full.
  public var commit: Commit? {
    guard case .value(let text) = revision else { return nil }
    return try? Commit(parsing: text)
  }
}
