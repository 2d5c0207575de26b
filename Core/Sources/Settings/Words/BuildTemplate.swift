public import Vocabulary

/// Where the build of a commit lies, in each registry: `{registry}/acme/platform:staging-{sha}`.
///
/// The registry stands alone in front and the commit in the tag, so the repository, in which the
/// channel tags live, is the same for every commit.
public struct BuildTemplate: ParsedText {
  public static let noun = "build template"
  public static let expectation = "\"{registry}/repository:tag\" with {sha} or {sha7} in the tag"
  /// What may stand in braces.
  static let placeholders = ["registry", "sha", "sha7"]

  public let text: String
  public let repository: RepositoryName
  /// Whether the tag holds the first seven digits of the commit and not all of it. Two commits can then have
  /// one name; which of them an image was built from is in its label.
  public let isShort: Bool
  private let beforeCommit: String
  private let afterCommit: String

  public init(normalized text: String) {
    guard let parsed = Self(taking: text) else {
      preconditionFailure("normalized text is well-formed: \(text)")
    }
    self = parsed
  }

  public static func normalized(_ text: String) -> String? { Self(taking: text)?.text }

  /// The build of `commit` in `registry`.
  public func reference(in registry: RegistryHost, of commit: Commit) -> ImageReference {
    let name = isShort ? String(commit.text.prefix(7)) : commit.text
    return location(in: registry).at(TagName(normalized: beforeCommit + name + afterCommit))
  }

  /// The repository in `registry`, where the channel tags live.
  public func location(in registry: RegistryHost) -> ImageLocation {
    ImageLocation(registry: registry, repository: repository)
  }

  private init?(taking text: String) {
    let front = "{registry}/"
    guard text.hasPrefix(front), let colon = text.lastIndex(of: ":"),
      let placeholder = text.firstRange(of: "{sha}") ?? text.firstRange(of: "{sha7}"),
      colon < placeholder.lowerBound,
      let repository = try? RepositoryName(parsing: String(text[..<colon].dropFirst(front.count)))
    else { return nil }
    let before = String(text[text.index(after: colon)..<placeholder.lowerBound])
    let after = String(text[placeholder.upperBound...])
    // The longest commit there is: if the tag holds with it, it holds with every other.
    let longest = String(repeating: "0", count: 64)
    guard (try? TagName(parsing: before + longest + after)) != nil else { return nil }
    self.text = text
    self.repository = repository
    isShort = text[placeholder].contains("7")
    beforeCommit = before
    afterCommit = after
  }
}
