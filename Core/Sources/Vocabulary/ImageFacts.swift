/// What an image says of itself, read by content and verified.
public struct ImageFacts: Hashable, Sendable, Codable {
  /// The digest of the manifest or index that the reference names.
  public let digest: Digest
  /// `org.opencontainers.image.revision` of the image's config, or of all images of the index.
  public let revision: Label
  /// `org.opencontainers.image.source` of the image's config, or of all images of the index.
  public let source: Label

  public init(digest: Digest, revision: Label, source: Label) {
    self.digest = digest
    self.revision = revision
    self.source = source
  }

  /// A label of the config: a value, or the certainty that there is none. An unreadable config is an
  /// ``Unknown`` of the whole image.
  public enum Label: Hashable, Sendable, Codable {
    case value(String)
    case missing
    /// The images of an index do not say the same.
    case mixed([Saying])

    /// What the image of one platform says.
    public struct Saying: Hashable, Sendable, Codable {
      /// `linux/amd64`, cut to what can be printed.
      public let platform: String
      /// Cut to what can be printed; nil when the image has no such label.
      public let value: String?

      public init(platform: String, value: String?) {
        self.platform = printable(platform, charactersMax: 40)
        self.value = value.map { printable($0, charactersMax: 80) }
      }
    }

    /// What all images of an index say, each with the name of its platform.
    public init(ofAll images: [(platform: String, value: String?)]) {
      let first = images.first?.value
      if images.contains(where: { $0.value != first }) {
        self = .mixed(images.map { Saying(platform: $0.platform, value: $0.value) })
      } else if let first {
        self = .value(first)
      } else {
        self = .missing
      }
    }
  }

  /// The commit the image says it was built from, when it says one in full.
  public var commit: Commit? {
    guard case .value(let text) = revision else { return nil }
    return try? Commit(parsing: text)
  }
}

extension [ImageFacts.Label.Saying] {
  /// `linux/amd64 and linux/386 say '2222', linux/arm64 says nothing`: what each value is said by.
  public var sentence: String {
    var groups: [(value: String?, platforms: [String])] = []
    for saying in self {
      if let index = groups.firstIndex(where: { $0.value == saying.value }) {
        groups[index].platforms.append(saying.platform)
      } else {
        groups.append((saying.value, [saying.platform]))
      }
    }
    return groups.map { group in
      let verb = group.platforms.count == 1 ? "says" : "say"
      let what = group.value.map { "'\($0)'" } ?? "nothing"
      return "\(group.platforms.joined(separator: " and ")) \(verb) \(what)"
    }.joined(separator: ", ")
  }
}
