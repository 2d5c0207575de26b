/// The order to bring what refers to an image (signatures, attestations, bills of materials) to where the
/// image was copied, as far as both registries let it.
public struct ReferrerCopy: Hashable, Sendable, Codable {
  public let digest: Digest
  public let from: ImageLocation
  public let to: ImageLocation

  public init(digest: Digest, from: ImageLocation, to: ImageLocation) {
    self.digest = digest
    self.from = from
    self.to = to
  }
}

/// What became of a ``ReferrerCopy``. An image is whole without its referrers, so nothing of this is a
/// failure.
public struct BroughtReferrers: Hashable, Sendable, Codable {
  /// The tags and digests that lie in the destination now.
  public let brought: [String]
  /// Why others do not, or may not.
  public let complaints: [String]

  public init(brought: [String], complaints: [String]) {
    self.brought = brought
    self.complaints = complaints
  }
}
