import Vocabulary

/// Reads the lines of a watch until one of them matters (Kubernetes API, "Efficient detection of changes").
struct WatchReader: Sendable {
  enum End: Hashable, Sendable {
    case changed(EngineValue)
    case removed
    /// The server does not know the version any more (410).
    case expired
    /// A line that is no event: what was missed by it is not known.
    case unreadable
  }

  /// The newest version that was told of, bookmarks included.
  private(set) var version: String
  private(set) var end: End?
  private var rest: [UInt8] = []

  init(from version: String) { self.version = version }

  /// Takes the next bytes; returns what ended it. What comes after that is not looked at.
  @discardableResult
  mutating func read(_ piece: [UInt8]) -> End? {
    rest += piece
    while end == nil, let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(rest[..<newline])
      rest.removeFirst(newline + 1)
      if !line.isEmpty { end = take(line) }
    }
    return end
  }

  private mutating func take(_ line: [UInt8]) -> End? {
    guard let event = EngineValue(line), let type = event["type"]?.text,
      let object = event["object"]
    else { return .unreadable }
    switch type {
    case "ADDED", "MODIFIED": return .changed(object)
    case "DELETED": return .removed
    case "BOOKMARK":
      version = object["metadata"]?["resourceVersion"]?.text ?? version
      return nil
    // The object is then a status; whatever it says, the watch is over (`ERROR`).
    default: return .expired
    }
  }
}
