/// The order to point one tag at one manifest that already lies in the same repository.
public struct TagWrite: Hashable, Sendable, Codable {
  /// What a tag shows before it is written.
  public enum Before: Hashable, Sendable, Codable {
    case absent
    case digest(Digest)

    public init(_ digest: Digest?) { self = digest.map(Before.digest) ?? .absent }
  }

  public let location: ImageLocation
  public let tag: TagName
  public let digest: Digest
  /// What the tag must show right before it is written, or already shows what it is to show; nil when
  /// that does not matter. A last look, not a lock: registries cannot compare and swap.
  public let before: Before?
  /// The manifest's bytes, where they were kept in case the registry has lost them.
  public let kept: KeptManifest?

  public init(
    location: ImageLocation, tag: TagName, digest: Digest, before: Before? = nil,
    kept: KeptManifest? = nil
  ) {
    self.location = location
    self.tag = tag
    self.digest = digest
    self.before = before
    self.kept = kept
  }

  /// The tag that is written.
  public var target: ImageReference { location.at(tag) }
}

/// What became of a ``TagWrite``.
public enum TagWriteResult: Hashable, Sendable, Codable {
  /// The registry acknowledged exactly this digest, or shows it already.
  case written
  /// The registry answered no, or the write was never sent: the tag is as it was.
  case refused(Unknown)
  /// It was sent and the answer was lost: it may have been applied, or may still be.
  case ambiguous(Unknown)
}

/// The order to remove a tag, while it shows exactly this digest. What it names stays under its other names.
public struct TagRemoval: Hashable, Sendable, Codable {
  public let location: ImageLocation
  public let tag: TagName
  public let digest: Digest

  public init(location: ImageLocation, tag: TagName, digest: Digest) {
    self.location = location
    self.tag = tag
    self.digest = digest
  }

  public var target: ImageReference { location.at(tag) }
}

/// What became of a ``TagRemoval``.
public enum TagRemovalResult: Hashable, Sendable, Codable {
  /// It is gone, or shows something else and is nobody's business here.
  case removed
  /// It is still there; many registries cannot remove a tag without what it names.
  case left(Unknown)
}
