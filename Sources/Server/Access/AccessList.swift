import Crypto
import FoundationEssentials
public import Vocabulary

/// Who may ask the control plane for what, as a file lists it.
///
/// ```
/// # name        roles            hash of the token
/// ci            read,deploy      sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
/// ```
///
/// The file holds no token: what leaks with it opens nothing.
public struct AccessList: Sendable {
  /// Somebody whose token is known.
  public struct Bearer: Hashable, Sendable {
    public let name: ActorName
    public let roles: Set<Role>

    func mayAct(as role: Role) -> Bool { roles.contains(.admin) || roles.contains(role) }
  }

  /// A line that cannot be used.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public let sentence: String
    public var description: String { "line \(line): \(sentence)" }
  }

  private let bearers: [Vocabulary.Digest: Bearer]

  public init(text: String) throws(Fault) {
    var bearers: [Vocabulary.Digest: Bearer] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      guard !words.isEmpty else { continue }
      let (hash, bearer) = try Self.entry(words, line: index + 1)
      guard bearers.updateValue(bearer, forKey: hash) == nil else {
        throw Fault(line: index + 1, sentence: "the token of \(bearer.name) stands here twice")
      }
    }
    guard !bearers.isEmpty else {
      throw Fault(
        line: 1, sentence: "expected at least one token, found none: nobody could do anything")
    }
    self.bearers = bearers
  }

  private static func entry(
    _ words: [String], line: Int
  ) throws(Fault) -> (Vocabulary.Digest, Bearer) {
    guard words.count == 3 else {
      throw Fault(
        line: line, sentence: "expected a name, roles and a hash, found \(words.count) words")
    }
    do throws(Malformed) {
      let name = try ActorName(parsing: words[0])
      let hash = try Vocabulary.Digest(parsing: words[2])
      guard hash.algorithm == .sha256 else {
        throw Malformed(noun: "hash", expected: "sha256: and 64 digits", found: "sha512")
      }
      var roles: Set<Role> = []
      for word in words[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard let role = Role(rawValue: String(word)) else {
          throw Malformed(
            noun: "role", expected: Role.allCases.map(\.rawValue).joined(separator: ", "),
            found: String(word))
        }
        roles.insert(role)
      }
      return (hash, Bearer(name: name, roles: roles))
    } catch {
      // What stands where a hash should be may be the token itself.
      let isHash = error.noun == Vocabulary.Digest.noun || error.noun == "hash"
      throw Fault(
        line: line,
        sentence: isHash ? "expected sha256: and the hash of the token at the end" : "\(error)")
    }
  }

  /// Whose token `authorization` carries, a whole `Authorization` field; nil when nobody's.
  ///
  /// Looked up by hash, so how long that takes says nothing about the token.
  func bearer(of authorization: String?) -> Bearer? {
    guard let authorization else { return nil }
    let words = authorization.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
    return bearers[sha256(Array(words[1].utf8))]
  }
}

/// The hash of `bytes`, as a digest is written.
func sha256(_ bytes: [UInt8]) -> Vocabulary.Digest {
  let digits = SHA256.hash(data: Data(bytes)).map { byte in
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }
  return Vocabulary.Digest(normalized: "sha256:" + digits.joined())
}
