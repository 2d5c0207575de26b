/// One repository in one registry, the place a channel tag lives.
public struct ImageLocation: ParsedText {
  public static let noun = "image location"
  public static let expectation = "host/repository, without a tag or a digest"

  public let registry: RegistryHost
  public let repository: RepositoryName

  public init(registry: RegistryHost, repository: RepositoryName) {
    self.registry = registry
    self.repository = repository
  }

  public init(normalized text: String) {
    guard let parsed = Self(taking: text) else {
      preconditionFailure("normalized text is well-formed: \(text)")
    }
    self = parsed
  }

  public static func normalized(_ text: String) -> String? { Self(taking: text)?.text }

  public var text: String { "\(registry)/\(repository)" }

  /// This repository at `tag`.
  public func at(_ tag: TagName) -> ImageReference {
    ImageReference(registry: registry, repository: repository, selector: .tag(tag))
  }

  /// This repository at `digest`.
  public func at(_ digest: Digest) -> ImageReference {
    ImageReference(registry: registry, repository: repository, selector: .digest(digest))
  }

  private init?(taking text: String) {
    guard let slash = text.firstIndex(of: "/"),
      let registry = try? RegistryHost(parsing: String(text[..<slash])),
      let repository = try? RepositoryName(parsing: String(text[text.index(after: slash)...]))
    else { return nil }
    self.init(registry: registry, repository: repository)
  }
}
