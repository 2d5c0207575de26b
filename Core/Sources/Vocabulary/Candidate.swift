/// A commit together with the digests of its whole release set: what is built, verified, run and promoted
/// is this one thing (invariant I8).
public struct Candidate: Hashable, Sendable, Codable {
  /// One image of the set, by content.
  public struct Image: Hashable, Sendable, Codable {
    public let name: ImageName
    public let digest: Digest

    public init(name: ImageName, digest: Digest) {
      self.name = name
      self.digest = digest
    }
  }

  public let commit: Commit
  /// In the order of the release set; never empty.
  public let images: [Image]

  public init(commit: Commit, images: [Image]) {
    self.commit = commit
    self.images = images
  }

  /// The digest of the image called `name`.
  public func digest(of name: ImageName) -> Digest? {
    images.first { $0.name == name }?.digest
  }
}
