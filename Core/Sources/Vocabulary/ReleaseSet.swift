/// The images that are released together: all of them or none.
public struct ReleaseSet: Hashable, Sendable, Codable {
  /// One image of the set, and where a commit's build of it lies.
  public struct Member: Hashable, Sendable, Codable {
    public let name: ImageName
    /// The build of the commit in question, one per registry it is pushed to; all must be one digest.
    public let builds: [ImageReference]

    /// - Precondition: at least one build is named.
    public init(name: ImageName, builds: [ImageReference]) {
      precondition(!builds.isEmpty, "an image of the release set is built somewhere")
      self.name = name
      self.builds = builds
    }
  }

  public let members: [Member]
  /// What the label `org.opencontainers.image.source` of every image must say; nil leaves it unchecked.
  public let source: SourceRepository?

  /// - Precondition: there is at least one member, and no two have one name.
  public init(members: [Member], source: SourceRepository?) {
    precondition(!members.isEmpty, "a release set has at least one image")
    precondition(
      members.indices.allSatisfy { index in
        !members[..<index].contains { $0.name == members[index].name }
      }, "no two images of a release set have one name")
    self.members = members
    self.source = source
  }
}
