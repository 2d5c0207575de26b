import FoundationEssentials

/// How often the JSON object `body` has a key of this name, deeper objects left out; `body` is valid JSON.
///
/// RFC 8259, 4, leaves open what a name that stands twice means, and readers differ: one that takes the
/// first and one that takes the last could be told two things by one answer.
func count(of name: String, inObject body: [UInt8]) -> Int {
  var (depth, found, at) = (0, 0, 0)
  while at < body.count {
    switch body[at] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    case UInt8(ascii: "\""):
      let start = at
      at = endOfText(in: body, from: start)
      let isKey = body[at...].first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: ":")
      if depth == 1, isKey, text(of: body[start..<at]) == name { found += 1 }
      continue
    default: break
    }
    at += 1
  }
  return found
}

/// Behind the quotation mark that ends the text which begins at `start`.
private func endOfText(in body: [UInt8], from start: Int) -> Int {
  var at = start + 1
  while at < body.count, body[at] != UInt8(ascii: "\"") {
    at += body[at] == UInt8(ascii: "\\") ? 2 : 1
  }
  return min(at + 1, body.count)
}

/// What a text with its quotation marks says: the same name can be written in several ways.
private func text(of written: ArraySlice<UInt8>) -> String? {
  guard written.contains(UInt8(ascii: "\\")) else {
    return String(validating: written.dropFirst().dropLast(), as: UTF8.self)
  }
  return try? JSONDecoder().decode(String.self, from: Data(written))
}
