/// Reads one plain answer while it comes in: a ``PlainHead``, and as many bytes as that announces.
struct PlainAnswerReader {
  enum State {
    /// More has to come.
    case incomplete
    /// - Parameter isReusable: whether the connection may carry another request.
    case whole(HTTPAnswer, isReusable: Bool)
    /// Not plain, or larger than what is read: for the HTTP library to say what it is.
    case foreign
  }

  /// How long a head may be. Those of tenants have a few hundred bytes.
  static let headBytesMax = 16 * 1_024

  private let bodyBytesMax: Int
  private var bytes: [UInt8] = []
  private var bodyStart = 0
  private var head: PlainHead?

  /// - Parameter bodyBytesMax: of a successful answer; of a refusal ``HTTPLimits/refusalBytesMax`` is read.
  init(bodyBytesMax: Int) { self.bodyBytesMax = bodyBytesMax }

  /// Nil until the head is there.
  var status: Int? { head?.status }

  /// How much of the body has come.
  var bodyCount: Int { head == nil ? 0 : bytes.count - bodyStart }

  var isEmpty: Bool { bytes.isEmpty }

  mutating func receive(_ piece: ArraySlice<UInt8>) -> State {
    let searched = bytes.count
    bytes.append(contentsOf: piece)
    if head == nil {
      let end: Int
      switch search(from: searched) {
      case .found(let found): end = found
      case .notYet: return bytes.count > Self.headBytesMax ? .foreign : .incomplete
      case .never: return .foreign
      }
      // Without the CR and LF of the empty line.
      guard end <= Self.headBytesMax, let read = PlainHead(bytes[..<(end - 2)]) else {
        return .foreign
      }
      let max = (200..<300).contains(read.status) ? bodyBytesMax : HTTPLimits.refusalBytesMax
      guard read.bodyLength <= max else { return .foreign }
      head = read
      bodyStart = end
    }
    guard let head, bodyCount >= head.bodyLength else { return .incomplete }
    let answer = HTTPAnswer(
      status: head.status, headers: head.headers,
      body: Array(bytes[bodyStart..<(bodyStart + head.bodyLength)]))
    // What nobody asked for would be taken for the answer to the next request.
    return .whole(answer, isReusable: head.isKept && bodyCount == head.bodyLength)
  }

  private enum Search {
    case found(Int)
    case notYet, never
  }

  /// Where the body begins. Whoever will never send an empty line is not waited for.
  private func search(from start: Int) -> Search {
    for at in start..<bytes.count {
      if at < PlainHead.start.count, bytes[at] != PlainHead.start[at] { return .never }
      let followsReturn = at > 0 && bytes[at - 1] == UInt8(ascii: "\r")
      guard followsReturn == (bytes[at] == UInt8(ascii: "\n")) else { return .never }
      if followsReturn, at >= 3, bytes[at - 2] == UInt8(ascii: "\n") { return .found(at + 1) }
    }
    return .notYet
  }
}
