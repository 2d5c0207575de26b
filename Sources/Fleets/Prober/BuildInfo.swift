import FoundationEssentials
import Vocabulary

/// Who a tenant says it is, read out of the body of its `/buildinfo`.
enum BuildInfo: Hashable, Sendable {
  case commit(Commit)
  /// It names the image it runs, whole.
  case image(Digest)
  /// It names neither in full; why, in a few words that are safe to print.
  case unidentified(String)

  /// By what a tenant names what it runs.
  enum Naming: Sendable {
    case commit, image
  }

  /// How much of a field that is no commit a message repeats.
  static let excerptCharactersMax = 40

  /// Reads `field` of the JSON object in `body`, without the `prefix` that has to stand there. Total: no
  /// input traps, and nothing but 40 or 64 hexadecimal digits is a commit, and nothing but a whole digest an
  /// image, so the sentinel `dev` of an unwired build can never pass for one.
  init(body: [UInt8], field: String, prefix: String = "", naming: Naming = .commit) {
    guard String(validating: body, as: UTF8.self) != nil else {
      self = .unidentified("the body is not UTF-8")
      return
    }
    do {
      let found = try Field(field, of: body)
      self = Self.named(by: found, field: field, prefix: prefix, naming)
    } catch {
      self = .unidentified("the body is not a JSON object")
    }
  }

  /// The same, where the tenant also has to answer `nonce` with what `key` makes of it and of what it names.
  init(
    body: [UInt8], field: String, prefix: String = "", naming: Naming = .commit, nonce: String,
    key: ProofKey
  ) {
    self.init(body: body, field: field, prefix: prefix, naming: naming)
    let said: String
    switch self {
    case .commit(let commit): said = commit.text
    case .image(let digest): said = digest.text
    case .unidentified: return
    }
    let name = ProofKey.field
    switch try? Field(name, of: body) {
    case .text(let proof) where key.accepts(proof, of: said, nonce: nonce): break
    case .text:
      self = .unidentified(
        "\(name) does not fit: made with another key, or for another question, as a cache would answer"
      )
    case .otherType: self = .unidentified("\(name) is not a string")
    case .repeated: self = .unidentified("\(name) stands there more than once")
    case .missing, nil:
      self = .unidentified("there is no field \(name), and verify.proof_key asks for one")
    }
  }

  private static func named(
    by found: Field, field: String, prefix: String, _ naming: Naming
  ) -> BuildInfo {
    let field = printable(field, charactersMax: excerptCharactersMax)
    switch found {
    case .missing: return .unidentified("there is no field \(field)")
    case .otherType: return .unidentified("\(field) is not a string")
    case .repeated: return .unidentified("\(field) stands there more than once")
    case .text(""): return .unidentified("\(field) is empty")
    case .text(let text):
      if text.hasPrefix(prefix),
        let named = naming.read(String(text.dropFirst(prefix.count)))
      {
        return named
      }
      let excerpt = printable(text, charactersMax: excerptCharactersMax)
      let start = prefix.isEmpty ? "" : "'\(prefix)' and "
      return .unidentified("\(field) is '\(excerpt)', expected \(start)\(naming.expectation)")
    }
  }
}

extension BuildInfo.Naming {
  fileprivate var expectation: String {
    switch self {
    case .commit: Commit.expectation
    case .image: Digest.expectation
    }
  }

  fileprivate func read(_ text: String) -> BuildInfo? {
    switch self {
    case .commit: (try? Commit(parsing: text)).map(BuildInfo.commit)
    case .image: (try? Digest(parsing: text)).map(BuildInfo.image)
    }
  }
}

/// One field of a JSON object whose name is only known at run time.
private enum Field: DecodableWithConfiguration {
  case text(String)
  case otherType
  case missing
  /// Which one is meant nobody can say.
  case repeated

  /// - Throws: where `body` is no JSON object.
  init(_ name: String, of body: [UInt8]) throws {
    self = try JSONDecoder().decode(Field.self, from: Data(body), configuration: name)
    if count(of: name, inObject: body) > 1 { self = .repeated }
  }

  init(from decoder: any Decoder, configuration name: String) throws {
    let object = try decoder.container(keyedBy: Name.self)
    guard object.contains(Name(stringValue: name)) else {
      self = .missing
      return
    }
    let text = try? object.decode(String.self, forKey: Name(stringValue: name))
    self = text.map(Field.text) ?? .otherType
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
