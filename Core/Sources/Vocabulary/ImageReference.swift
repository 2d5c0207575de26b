/// Where an image lies: a registry, a repository in it, and a tag or a digest.
public struct ImageReference: ParsedText {
  public static let noun = "image reference"
  public static let expectation = "host/repository:tag or host/repository@digest, host included"

  /// What picks one manifest out of a repository.
  public enum Selector: Hashable, Sendable, CustomStringConvertible {
    case tag(TagName)
    case digest(Digest)

    public var description: String {
      switch self {
      case .tag(let tag): tag.text
      case .digest(let digest): digest.text
      }
    }
  }

  public let registry: RegistryHost
  public let repository: RepositoryName
  public let selector: Selector

  public init(registry: RegistryHost, repository: RepositoryName, selector: Selector) {
    self.registry = registry
    self.repository = repository
    self.selector = selector
  }

  public init(normalized text: String) {
    guard let parsed = Self(taking: text) else {
      preconditionFailure("normalized text is well-formed: \(text)")
    }
    self = parsed
  }

  public static func normalized(_ text: String) -> String? { Self(taking: text)?.text }

  public var text: String {
    switch selector {
    case .tag(let tag): "\(registry)/\(repository):\(tag)"
    case .digest(let digest): "\(registry)/\(repository)@\(digest)"
    }
  }

  /// The repository without tag or digest, as `registry/repository`.
  public var location: ImageLocation { ImageLocation(registry: registry, repository: repository) }

  private init?(taking text: String) {
    guard let slash = text.firstIndex(of: "/"),
      let registry = try? RegistryHost(parsing: String(text[..<slash]))
    else { return nil }
    let rest = text[text.index(after: slash)...]
    let name: Substring
    let selector: Selector
    if let at = rest.firstIndex(of: "@") {
      guard let digest = try? Digest(parsing: String(rest[rest.index(after: at)...])) else {
        return nil
      }
      (name, selector) = (rest[..<at], .digest(digest))
    } else {
      guard let colon = rest.lastIndex(of: ":"),
        let tag = try? TagName(parsing: String(rest[rest.index(after: colon)...]))
      else { return nil }
      (name, selector) = (rest[..<colon], .tag(tag))
    }
    guard let repository = try? RepositoryName(parsing: String(name)) else { return nil }
    self.init(registry: registry, repository: repository, selector: selector)
  }
}
