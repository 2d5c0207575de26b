/// The content address of a manifest or blob: `sha256:` or `sha512:` and lowercase hexadecimal
/// (OCI image-spec, descriptor.md, "Digests").
public struct Digest: ParsedText {
  public static let noun = "digest"
  public static let expectation =
    "sha256: with 64, or sha512: with 128 lowercase hexadecimal digits"

  /// The registered algorithms; an unregistered one cannot be verified and is therefore refused.
  public enum Algorithm: String, Sendable, CaseIterable {
    case sha256
    case sha512

    /// How many hexadecimal digits the encoded part has.
    public var digits: Int {
      switch self {
      case .sha256: 64
      case .sha512: 128
      }
    }
  }

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    for algorithm in Algorithm.allCases {
      let prefix = algorithm.rawValue + ":"
      guard text.hasPrefix(prefix) else { continue }
      return String(text.dropFirst(prefix.count)).isLowercaseHex(length: algorithm.digits)
        ? text : nil
    }
    return nil
  }

  /// The algorithm named before the colon.
  public var algorithm: Algorithm { text.utf8.count == 71 ? .sha256 : .sha512 }

  /// The hexadecimal digits behind the colon.
  public var hex: String { String(text.dropFirst(7)) }

  /// The first twelve digits, for people only.
  public var short: String { String(hex.prefix(12)) }
}
