import Vocabulary

/// The operating system and processor an image is chosen for.
public struct ImagePlatform: Hashable, Sendable, CustomStringConvertible {
  public let os: String
  public let architecture: String

  public init(os: String, architecture: String) {
    self.os = os
    self.architecture = architecture
  }

  /// The machine this runs on, in the words of Go (OCI image-spec, image-index.md).
  #if arch(arm64)
    public static let current = ImagePlatform(os: "linux", architecture: "arm64")
  #else
    public static let current = ImagePlatform(os: "linux", architecture: "amd64")
  #endif

  public var description: String { "\(os)/\(architecture)" }

  /// The entry of an index that is an image for this platform; where there is only one image, that
  /// one. `place` is for messages.
  func choice(among entries: [Descriptor], of place: ImageReference) throws(Unknown) -> Descriptor {
    let images = entries.filter(\.isImage)
    if let match = images.first(where: { $0.platform?.name == description }) { return match }
    if let only = images.first, images.count == 1 { return only }
    let offered = images.map { $0.platform?.name ?? "unnamed" }.joined(separator: ", ")
    throw Unknown(
      .unanswerable,
      "\(place): expected an image for \(description), found \(offered.isEmpty ? "none" : offered)")
  }
}

extension Descriptor.Platform {
  var name: String { "\(os)/\(architecture)" }
}

extension Descriptor {
  /// Whether it leads to an image: attestations and artifacts travel in the same index (BuildKit,
  /// attestation-storage.md).
  var isImage: Bool {
    ManifestType(rawValue: mediaType) != nil
      && annotations?["vnd.docker.reference.type"] == nil
      && artifactType == nil
      && platform?.name != "unknown/unknown"
  }
}
