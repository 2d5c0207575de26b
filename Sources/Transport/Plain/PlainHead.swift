/// The head of an answer of HTTP/1.1 in the plainest of its shapes: one that says how many bytes follow
/// (RFC 9112).
struct PlainHead {
  let status: Int
  let headers: [HTTPHeader]
  /// How many bytes of body follow.
  let bodyLength: Int
  /// Whether the other side keeps the connection.
  let isKept: Bool

  /// What it begins with.
  static let start = Array("HTTP/1.1 ".utf8)

  /// As many as the HTTP library takes.
  private static let headersMax = 256

  /// Nil for anything that could be read in two ways, and for everything that is seldom: chunks, a body that
  /// ends with the connection, lines that end otherwise than with CR and LF, folded lines, tabs, bytes that
  /// are not ASCII, lengths that stand there twice, intermediate answers and 304.
  /// - Parameter bytes: up to the end of the last field's line, without the empty line.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard var lines = Self.lines(bytes), let first = lines.popLast(),
      let status = Self.status(first), lines.count <= Self.headersMax
    else { return nil }
    var headers: [HTTPHeader] = []
    var length: Int?
    var isKept = true
    for line in lines.reversed() {
      guard let header = Self.header(line) else { return nil }
      headers.append(header)
      switch header.name.lowercased() {
      case "content-length":
        guard length == nil, let announced = Self.length(header.value) else { return nil }
        length = announced
      case "transfer-encoding": return nil
      case "connection": if header.value.lowercased() != "keep-alive" { isKept = false }
      default: break
      }
    }
    // An answer without a body says no length (RFC 9110, 8.6).
    if status == 204 { guard length == nil else { return nil } }
    guard let bodyLength = status == 204 ? 0 : length else { return nil }
    self.status = status
    self.headers = headers
    self.bodyLength = bodyLength
    self.isKept = isKept
  }

  /// The lines in reverse order; nil where one does not end with CR and LF or holds anything but visible
  /// ASCII and spaces.
  private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var at = start
    while at < bytes.endIndex {
      switch bytes[at] {
      case UInt8(ascii: "\r"):
        guard at + 1 < bytes.endIndex, bytes[at + 1] == UInt8(ascii: "\n") else { return nil }
        lines.append(bytes[start..<at])
        at += 2
        start = at
      case 0x20...0x7E: at += 1
      default: return nil
      }
    }
    guard start == bytes.endIndex else { return nil }
    return lines.reversed()
  }

  /// `HTTP/1.1 200 OK`, from 200 on and without 304.
  private static func status(_ line: ArraySlice<UInt8>) -> Int? {
    guard line.starts(with: start) else { return nil }
    let rest = line.dropFirst(start.count)
    let digits = rest.prefix(3)
    guard digits.count == 3, let status = number(digits), (200...599).contains(status),
      status != 304, rest.count == 3 || rest.dropFirst(3).first == UInt8(ascii: " ")
    else { return nil }
    return status
  }

  private static func header(_ line: ArraySlice<UInt8>) -> HTTPHeader? {
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    guard !name.isEmpty, name.endIndex < line.endIndex, name.allSatisfy(isTokenByte) else {
      return nil
    }
    // Spaces behind it stay, as the HTTP library leaves them.
    var value = line[(name.endIndex + 1)...]
    while value.first == UInt8(ascii: " ") { value.removeFirst() }
    return HTTPHeader(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  /// Nine digits are more than anybody reads here.
  private static func length(_ text: String) -> Int? {
    (1...9).contains(text.utf8.count) ? number(Array(text.utf8)[...]) : nil
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var number = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return number
  }

  /// RFC 9110, 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
