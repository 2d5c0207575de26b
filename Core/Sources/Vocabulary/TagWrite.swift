/// The order to point one tag at one manifest that already lies in the same repository.
public struct TagWrite: Hashable, Sendable, Codable {
  public let location: ImageLocation
  public let tag: TagName
  public let digest: Digest

  public init(location: ImageLocation, tag: TagName, digest: Digest) {
    self.location = location
    self.tag = tag
    self.digest = digest
  }

  /// The tag that is written.
  public var target: ImageReference { location.at(tag) }
}

/// What became of a ``TagWrite``.
public enum TagWriteResult: Hashable, Sendable, Codable {
  /// The registry acknowledged exactly this digest.
  case written
  /// The registry answered no, or the write was never sent: the tag is as it was.
  case refused(Unknown)
  /// It was sent and the answer was lost: it may have been applied, or may still be.
  case ambiguous(Unknown)
}
