public import Vocabulary

// The names that exist only in pawl.yaml, for one part of it to speak of another.

/// The name a registry goes by in pawl.yaml: `prod`.
public struct RegistryKey: ParsedText {
  public static let noun = "registry name"
  public static let expectation = DeliveryName.expectation
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { DeliveryName.normalized(text) }
}

/// The name of a fleet: `production`.
public struct FleetName: ParsedText {
  public static let noun = "fleet name"
  public static let expectation = DeliveryName.expectation
  public let text: String
  public init(normalized text: String) { self.text = text }
  public static func normalized(_ text: String) -> String? { DeliveryName.normalized(text) }
}

/// The name of an environment variable: `PAWL_REGISTRY_PASSWORD`.
public struct EnvironmentName: ParsedText {
  public static let noun = "name of an environment variable"
  public static let expectation = "letters, digits and '_', not beginning with a digit"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...128).contains(text.utf8.count), let first = text.utf8.first, !isDigit(first) else {
      return nil
    }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
      ? text : nil
  }
}

/// A path on this machine. A relative one starts at the directory of pawl.yaml.
public struct LocalPath: ParsedText {
  public static let noun = "path"
  public static let expectation = "1 to 1000 printable characters without space at either end"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...1_000).contains(text.utf8.count), text.first != " ", text.last != " " else {
      return nil
    }
    return printable(text, charactersMax: 1_000) == text ? text : nil
  }
}

/// The path of a question to a tenant: `/buildinfo`.
public struct ProbePath: ParsedText {
  public static let noun = "path of an address"
  public static let expectation = "'/', then letters, digits, '/', '-', '.', '_' or '~'"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard text.hasPrefix("/"), text.utf8.count <= 200 else { return nil }
    let isPath = text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "/-._~".utf8.contains($0) }
    return isPath ? text : nil
  }
}

/// The field of a JSON object that names the commit: `git_sha`.
public struct FieldName: ParsedText {
  public static let noun = "field name"
  public static let expectation = "1 to 64 letters, digits, '_' or '-'"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...64).contains(text.utf8.count) else { return nil }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-".utf8.contains($0) }
      ? text : nil
  }
}

/// The path of a project on a forge: `acme/platform`.
public struct ProjectPath: ParsedText {
  public static let noun = "project"
  public static let expectation = "owner/name, of letters, digits, '-', '_' and '.'"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    guard components.count >= 2, text.utf8.count <= 300 else { return nil }
    let isProject = components.allSatisfy { component in
      !component.isEmpty && component != "." && component != ".."
        && component.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_.".utf8.contains($0) }
    }
    return isProject ? text : nil
  }
}

/// What a tenant is called on an engine: `tenant-{slug}`.
public struct TenantNameTemplate: ParsedText {
  public static let noun = "name of containers or services"
  public static let expectation =
    "'{slug}' once, with letters, digits, '-', '_' and '.' around it, not at the beginning"
  private static let placeholder = "{slug}"

  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard let slug = text.firstRange(of: placeholder), text.utf8.count <= 60 else { return nil }
    let around = text[..<slug.lowerBound] + text[slug.upperBound...]
    let isName = around.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_.".utf8.contains($0) }
    return isName && text.first.map { !"-_.".contains($0) } == true ? text : nil
  }

  public var prefix: String { String(text[..<range.lowerBound]) }
  public var suffix: String { String(text[range.upperBound...]) }

  private var range: Range<String.Index> {
    guard let range = text.firstRange(of: Self.placeholder) else {
      preconditionFailure("a checked template says where the slug stands")
    }
    return range
  }
}

/// The name of an engine's network: `tenants`.
struct EngineNetworkName: ParsedText {
  static let noun = "name of a network"
  static let expectation =
    "letters, digits, '-', '_' and '.', not beginning with one of the last three"
  let text: String
  init(normalized text: String) { self.text = text }

  static func normalized(_ text: String) -> String? {
    guard (1...100).contains(text.utf8.count), let first = text.first, !"-_.".contains(first) else {
      return nil
    }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_.".utf8.contains($0) }
      ? text : nil
  }
}

/// Selects tenants by a fact about them, written as one word: `ring=canary`.
struct LabelSelector: ParsedText {
  static let noun = "label"
  static let expectation = "key=value, of letters, digits, '-', '_', '.' and '/'"
  let text: String
  init(normalized text: String) { self.text = text }

  static func normalized(_ text: String) -> String? {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return sides.count == 2 && sides.allSatisfy({ isPart(String($0)) }) ? text : nil
  }

  var label: Tenant.Label {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return Tenant.Label(key: String(sides[0]), value: String(sides[1]))
  }

  /// Whether `text` can stand on either side of the equals sign.
  static func isPart(_ text: String) -> Bool {
    (1...63).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_./".utf8.contains($0) }
  }
}

func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
func isLetter(_ byte: UInt8) -> Bool {
  UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
}
