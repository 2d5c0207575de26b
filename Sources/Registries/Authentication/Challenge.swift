/// One way to sign in that a 401 offers, from its `WWW-Authenticate` fields (RFC 9110, 11.6.1).
struct Challenge: Hashable, Sendable {
  enum Scheme: Hashable, Sendable {
    case basic
    case bearer
    case other
  }

  let scheme: Scheme
  /// Names lowercase; values without their quotes. A comma inside quotes belongs to the value:
  /// `scope="repository:acme/app:pull,push"`.
  let parameters: [String: String]

  /// Everything the fields offer, in order; what cannot be understood is left out.
  static func all(in fields: [String]) -> [Challenge] { fields.flatMap { parse($0) } }

  private static func parse(_ field: String) -> [Challenge] {
    var challenges: [(scheme: Scheme, parameters: [String: String])] = []
    for part in split(field) {
      // `Bearer realm="…"` opens a challenge; `service="…"` belongs to the one that is open.
      let words = part.split(separator: " ", maxSplits: 1)
      guard let first = words.first else { continue }
      if !first.contains("=") {
        challenges.append((scheme(String(first)), [:]))
      }
      let parameter = first.contains("=") ? Substring(part) : words.dropFirst().first ?? ""
      if let (name, value) = pair(parameter), !challenges.isEmpty {
        challenges[challenges.count - 1].parameters[name] = value
      }
    }
    return challenges.map { Challenge(scheme: $0.scheme, parameters: $0.parameters) }
  }

  private static func scheme(_ word: String) -> Scheme {
    switch word.lowercased() {
    case "basic": .basic
    case "bearer": .bearer
    default: .other
    }
  }

  /// The comma-separated parts of a field, without the spaces around them; commas in quotes do not
  /// count.
  private static func split(_ field: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    for character in field {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" && isQuoted {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == "," && !isQuoted {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(character)
    }
    return parts.map { String($0.drop { $0 == " " }) }
  }

  private static func pair(_ text: Substring) -> (name: String, value: String)? {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    let name = text[..<equals].lowercased()
    let value = text[text.index(after: equals)...].drop { $0 == " " }
    guard value.hasPrefix("\"") else { return (name, String(value.prefix { $0 != " " })) }
    var unquoted = ""
    var isEscaped = false
    for character in value.dropFirst() {
      if isEscaped {
        unquoted.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        return (name, unquoted)
      } else {
        unquoted.append(character)
      }
    }
    return nil
  }
}
