public import Vocabulary

/// A tag that keeps a digest a channel has left, so that nothing collects it and a rollback finds it.
public struct ChannelPin: Hashable, Sendable, Codable {
  public let location: ImageLocation
  public let tag: TagName
  public let digest: Digest

  public var target: ImageReference { location.at(tag) }

  /// `latest-prev-12-` and the first twelve digits: in the order in which they were left, and never the
  /// name of another digest, even to a journal that was begun anew.
  init?(
    _ channel: ChannelName, _ generation: Generation, _ digest: Digest, in location: ImageLocation
  ) {
    guard let tag = try? TagName(parsing: "\(channel)-prev-\(generation.number)-\(digest.short)")
    else { return nil }
    self.location = location
    self.tag = tag
    self.digest = digest
  }

  var removal: TagRemoval { TagRemoval(location: location, tag: tag, digest: digest) }
}
