import Decisions
import Vocabulary

/// Why a command of the reference helper ends with 1: one line for the log.
struct CompatFailure: Error {
  let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
}

/// The variables of the reference helper, with its defaults and its minima.
struct CompatEnvironment: Sendable {
  static let productionControlPlane: HTTPAddress = "https://api.moleculesai.app"
  static let killSwitch: VariableName = "PROD_AUTO_DEPLOY_DISABLED"
  /// No job lives for longer. Sums of such times are always numbers.
  static let secondsMax = 86_400
  private static let contextsDefault: [ContextName] = [
    "CI / all-required (push)",
    "Secret scan / Scan diff for credential-shaped strings (push)",
  ]

  /// What a variable is set to; nil when it is not set or empty.
  private let value: @Sendable (String) -> String?
  /// Whether a variable is set at all, also to nothing.
  private let isSet: @Sendable (String) -> Bool

  init(
    value: @escaping @Sendable (String) -> String?, isSet: @escaping @Sendable (String) -> Bool
  ) {
    self.value = value
    self.isSet = isSet
  }

  func text(_ name: String, default text: String) -> String { value(name) ?? text }
  func text(_ name: String) -> String? { value(name) }

  func required(_ name: String) throws(CompatFailure) -> String {
    guard let text = value(name) else { throw CompatFailure("expected \(name), found it unset") }
    return text
  }

  /// A whole number of `range`; anything else is an error, not the default.
  func number(
    _ name: String, default number: Int, in range: ClosedRange<Int>
  ) throws(CompatFailure) -> Int {
    guard let text = value(name) else { return number }
    guard let found = Int(Self.trimmed(text)), range.contains(found) else {
      throw CompatFailure(
        "\(name): expected a whole number of at least \(range.lowerBound) and at most "
          + "\(range.upperBound), found '\(printable(text, charactersMax: 40))'")
    }
    return found
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Only the words for on count; everything else is off, as it always was for these variables.
  func isOn(_ name: String) -> Bool { TruthWord(value(name) ?? "") == .on }

  func commit() throws(CompatFailure) -> Commit {
    let text = try required("GITHUB_SHA")
    do throws(Malformed) { return try Commit(parsing: text) } catch {
      throw CompatFailure("GITHUB_SHA is \(error)")
    }
  }

  /// Empty means that nobody goes first; unset means the usual one.
  var canary: String? {
    isSet("PROD_AUTO_DEPLOY_CANARY_SLUG") ? value("PROD_AUTO_DEPLOY_CANARY_SLUG") : "hongming"
  }

  func controlPlane() throws(CompatFailure) -> HTTPAddress {
    guard let text = value("CP_URL") else { return Self.productionControlPlane }
    let address: HTTPAddress
    do throws(Malformed) {
      address = Self.withoutOwnPort(try HTTPAddress(parsing: text))
    } catch {
      throw CompatFailure("CP_URL is \(error)")
    }
    let guardian = ProductionGuard(production: Self.productionControlPlane, address: address)
    if let objection = guardian.objection, !isOn("PROD_ALLOW_NON_PROD_CP_URL") {
      throw CompatFailure(
        "CP_URL: \(objection); set PROD_ALLOW_NON_PROD_CP_URL=true if it is meant")
    }
    return address
  }

  /// `https://host:443` is no other place than `https://host` (RFC 3986, 6.2.3). An IPv6 address ends with a
  /// bracket, so what ends with the port has one.
  private static func withoutOwnPort(_ address: HTTPAddress) -> HTTPAddress {
    let (scheme, port) = address.isSecure ? ("https://", ":443") : ("http://", ":80")
    let (authority, path) = (
      address.authority, address.text.dropFirst(scheme.count + address.authority.count)
    )
    guard authority.hasSuffix(port) else { return address }
    let text = scheme + authority.dropLast(port.count) + path
    return (try? HTTPAddress(parsing: text)) ?? address
  }

  /// The checks to wait for: a comma or newline list. One that is there and names nothing would open by
  /// mistake.
  func contexts() throws(CompatFailure) -> [ContextName] {
    let name = "PROD_AUTO_DEPLOY_REQUIRED_CONTEXTS"
    guard let text = value(name), text.contains(where: { !$0.isWhitespace }) else {
      return Self.contextsDefault
    }
    var contexts: [ContextName] = []
    for piece in text.split(whereSeparator: { $0 == "," || $0.isNewline }) {
      let context = Self.trimmed(String(piece))
      guard !context.isEmpty else { continue }
      do throws(Malformed) { contexts.append(try ContextName(parsing: context)) } catch {
        throw CompatFailure("\(name): \(error)")
      }
    }
    guard !contexts.isEmpty else {
      throw CompatFailure(
        "\(name): expected the names of checks, found none in a list that is not empty")
    }
    return contexts
  }
}
