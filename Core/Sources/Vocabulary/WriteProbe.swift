/// The question whether a tag may be moved, asked before the first tag of a channel is.
///
/// It finds the repository that would refuse after others have moved; it promises nothing about the write
/// that comes later.
public struct WriteProbe: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the registry's own rules say of the tag, where it has rules that can be asked for (ECR).
    case rules
    /// An upload is begun and cancelled, which takes the right to push and leaves nothing behind.
    case upload
  }

  public let kind: Kind
  public let location: ImageLocation
  public let tag: TagName

  public init(_ kind: Kind, _ location: ImageLocation, _ tag: TagName) {
    self.kind = kind
    self.location = location
    self.tag = tag
  }

  public var target: ImageReference { location.at(tag) }
}

/// What became of a ``WriteProbe``.
public enum WriteProbeResult: Hashable, Sendable, Codable {
  /// Nothing known stands in the way.
  case allowed
  /// The registry has said that it will not take the write.
  case refused(Unknown)
  /// It could not be learnt.
  case unanswered(Unknown)
}
