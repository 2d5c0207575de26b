/// The order to bring an image, with everything it lists, into another repository, by content.
///
/// No tag is touched: half a copy is content that nothing names, and repeating it finishes it.
public struct ImageCopy: Hashable, Sendable, Codable {
  public let digest: Digest
  public let from: ImageLocation
  public let to: ImageLocation
  /// What the destination shows now: whatever that names is there already. Nil when it shows nothing.
  public let nearby: Digest?

  public init(digest: Digest, from: ImageLocation, to: ImageLocation, nearby: Digest?) {
    self.digest = digest
    self.from = from
    self.to = to
    self.nearby = nearby
  }
}

/// What became of an ``ImageCopy``.
public enum ImageCopyResult: Hashable, Sendable, Codable {
  /// All of it lies there under its own digests.
  case copied
  case failed(Unknown)
}
