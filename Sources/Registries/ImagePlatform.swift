public import Vocabulary

/// The operating system and processor an image is chosen for.
public struct ImagePlatform: Hashable, Sendable, CustomStringConvertible {
  public let os: String
  public let architecture: String
  /// Of the processor, such as `v7`; nil for whatever there is.
  public let variant: String?
  /// Whether somebody has asked for it. Otherwise an image that is the only one there is will do.
  let isRequired: Bool

  public init(os: String, architecture: String) {
    self.init(os: os, architecture: architecture, variant: nil, isRequired: false)
  }

  private init(os: String, architecture: String, variant: String?, isRequired: Bool) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
    self.isRequired = isRequired
  }

  /// `linux/arm64` or `linux/arm/v7`, as a person types it, who will have that one and no other.
  /// - Throws: ``Malformed`` when there are not two or three words with slashes between them.
  public init(parsing text: String) throws(Malformed) {
    let words = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(words.count), words.allSatisfy({ !$0.isEmpty }) else {
      throw Malformed(
        noun: "platform",
        expected:
          "an operating system and a processor, such as linux/arm64, and perhaps its variant",
        found: text)
    }
    self.init(
      os: words[0], architecture: words[1], variant: words.count > 2 ? words[2] : nil,
      isRequired: true)
  }

  /// The machine this runs on, in the words of Go (OCI image-spec, image-index.md).
  #if arch(arm64)
    public static let current = ImagePlatform(os: "linux", architecture: "arm64")
  #else
    public static let current = ImagePlatform(os: "linux", architecture: "amd64")
  #endif

  public var description: String {
    [os, architecture, variant].compactMap(\.self).joined(separator: "/")
  }

  /// The entry of an index that is an image for this platform. `place` is for messages.
  /// - Throws: ``Unknown`` when there is none, or several of which none is the plain one.
  func choice(among entries: [Descriptor], of place: ImageReference) throws(Unknown) -> Descriptor {
    let images = entries.filter(\.isImage)
    let matching = images.filter { $0.platform.map(matches) == true }
    if matching.count == 1 { return matching[0] }
    if let plain = matching.first(where: { $0.platform?.variant == variant }) { return plain }
    if !isRequired, images.count == 1 { return images[0] }
    let offered = images.map { $0.platform?.name ?? "unnamed" }.joined(separator: ", ")
    throw Unknown(
      .unanswerable,
      "\(place): expected \(matching.isEmpty ? "an" : "one") image for \(description), found "
        + (offered.isEmpty ? "none" : offered))
  }

  /// Refuses an image that is no part of an index and says that it is for another platform.
  func admit(_ image: PlatformImage, at place: ImageReference) throws(Unknown) {
    guard isRequired, let offered = image.config.platform, !matches(offered) else { return }
    throw Unknown(
      .unanswerable, "\(place): expected an image for \(description), found \(offered.name)")
  }

  private func matches(_ offered: Descriptor.Platform) -> Bool {
    offered.os == os && offered.architecture == architecture
      && (variant == nil || offered.variant == variant)
  }
}

extension Descriptor.Platform {
  /// `linux/arm/v7`.
  var name: String { [os, architecture, variant].compactMap(\.self).joined(separator: "/") }
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
