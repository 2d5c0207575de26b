// The names people give to things. Each is its own type, so one cannot stand where another is meant.

/// The name of a delivery line, which is also its journal's namespace: `platform`.
public struct DeliveryName: ParsedText {
  public static let noun = "delivery name"
  public static let expectation =
    "lowercase letters, digits and inner hyphens, 63 characters at most"
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { isLabel(text[...].utf8) ? text : nil }
}

/// The name of one image of the release set: `platform-tenant`.
public struct ImageName: ParsedText {
  public static let noun = "image name"
  public static let expectation =
    "lowercase letters, digits and inner hyphens, 63 characters at most"
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { isLabel(text[...].utf8) ? text : nil }
}

/// The short name of a tenant, unique in its fleet: `reno-stars`. A DNS label (RFC 1123).
public struct TenantSlug: ParsedText {
  public static let noun = "tenant slug"
  public static let expectation =
    "lowercase letters, digits and inner hyphens, 63 characters at most"
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { isLabel(text[...].utf8) ? text : nil }
}

/// A channel that consumers follow: the name of a tag that pawl moves in every repository, such as `latest`.
public struct ChannelName: ParsedText {
  public static let noun = "channel name"
  public static let expectation = TagName.expectation + ", 100 characters at most"
  public let text: String
  public init(normalized text: String) { self.text = text }

  /// Shorter than a tag may be, so that the name of a pin (`latest-prev-…`) is still a tag.
  public static func normalized(_ text: String) -> String? {
    text.utf8.count <= 100 ? TagName.normalized(text) : nil
  }

  /// The tag that carries this channel in each repository.
  public var tag: TagName { TagName(normalized: text) }
}

/// A branch of the source repository: `main` (git check-ref-format, without `refs/heads/`).
public struct BranchName: ParsedText {
  public static let noun = "branch name"
  public static let expectation =
    "a git branch name without spaces, '..', '~', '^', ':', '?', '*', '[' or '\\'"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...200).contains(text.utf8.count), !text.hasPrefix("-"), !text.hasSuffix("."),
      !text.contains(".."), !text.contains("@{"), text != "@"
    else { return nil }
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    guard components.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") })
    else { return nil }
    return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"~^:?*[\\".utf8.contains($0) }
      ? text : nil
  }
}

/// The name of a commit status: `CI / all-required (push)`. Compared exactly, suffix and case included.
public struct ContextName: ParsedText {
  public static let noun = "status context"
  public static let expectation = "1 to 255 printable characters without space at either end"
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { sentence(text, bytesMax: 255) }
}

/// A named person, or the job that acts for one, as recorded with every order: `alice`, `ci:deploy#417`.
public struct ActorName: ParsedText {
  public static let noun = "actor"
  public static let expectation = "1 to 128 printable characters without space at either end"
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { sentence(text, bytesMax: 128) }
}

/// Why a person ordered something, in their own words.
public struct Reason: ParsedText {
  public static let noun = "reason"
  public static let expectation = "one line of 1 to 500 printable characters"
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { sentence(text, bytesMax: 500) }
}

/// The source repository an image says it was built from, as the label `org.opencontainers.image.source`
/// writes it. Compared without scheme-specific trimming except a trailing `/` or `.git`.
public struct SourceRepository: ParsedText {
  public static let noun = "source repository"
  public static let expectation =
    "1 to 500 printable characters, as in org.opencontainers.image.source"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard var trimmed = sentence(text, bytesMax: 500) else { return nil }
    while true {
      if trimmed.hasSuffix("/") {
        trimmed.removeLast()
      } else if trimmed.hasSuffix(".git") {
        trimmed.removeLast(4)
      } else {
        return sentence(trimmed, bytesMax: 500)
      }
    }
  }
}

/// `text` when it is one printable line with no space at its ends.
private func sentence(_ text: String, bytesMax: Int) -> String? {
  guard (1...bytesMax).contains(text.utf8.count), text.first != " ", text.last != " " else {
    return nil
  }
  return printable(text, charactersMax: bytesMax) == text ? text : nil
}
