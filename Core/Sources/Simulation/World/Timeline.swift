public import Vocabulary

/// What happened in one delivery, for people: who did what, when, in virtual time.
public struct Timeline: Sendable {
  /// Where a line is written.
  public enum Column: Int, Sendable, CaseIterable {
    /// People, and the processes they start.
    case orders
    /// What came of it in registries and on tenants.
    case outside
    /// What went wrong.
    case faults

    var title: String {
      switch self {
      case .orders: "people and processes"
      case .outside: "tenants and channels"
      case .faults: "what goes wrong"
      }
    }
  }

  public struct Line: Hashable, Sendable {
    public let at: TimeSpan
    public let column: Column
    public let text: String
  }

  public private(set) var lines: [Line] = []

  public init() {}

  mutating func add(_ text: String, in column: Column, at now: Int64) {
    lines.append(Line(at: .milliseconds(now), column: column, text: text))
  }

  /// Below this many characters a column cuts the names of tags.
  private static let roomMin = 26

  /// Side by side, one line of time after another; columns in which nothing happened are left out. Where
  /// there is no room for three, what goes wrong stands in the second one, behind a mark.
  /// - Parameter width: of the whole page, in characters; a longer text goes on below itself.
  public func page(width: Int = 80) -> [String] {
    var columns = Column.allCases.filter { column in lines.contains { $0.column == column } }
    guard !columns.isEmpty else { return ["nothing happened"] }
    let timeWidth = lines.map { Self.clock($0.at).count }.max() ?? 0
    func roomEach() -> Int { (width - timeWidth) / columns.count - 2 }
    let isShared = columns.count == Column.allCases.count && roomEach() < Self.roomMin
    if isShared { columns.removeLast() }
    let room = max(20, roomEach())
    func row(_ time: String, _ cells: [String]) -> String {
      let padded = [pad(time, to: timeWidth)] + cells.map { pad($0, to: room) }
      let text = padded.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    var page = [
      row("", columns.map { isShared && $0 == .outside ? "what happens, ! goes wrong" : $0.title })
    ]
    for line in lines {
      let isMarked = isShared && line.column == .faults
      let place = isMarked ? .outside : line.column
      for (index, part) in wrapped((isMarked ? "! " : "") + line.text, to: room).enumerated() {
        let cells = columns.map { $0 == place ? part : "" }
        page.append(row(index == 0 ? Self.clock(line.at) : "", cells))
      }
    }
    return page
  }

  /// `05:41:02.350`, counted from the beginning of the delivery.
  static func clock(_ time: TimeSpan) -> String {
    let all = time.milliseconds
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let rest = String(1_000 + all % 1_000).dropFirst()
    let seconds = all / 1_000
    return "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(rest)"
  }
}

private func pad(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// The words of `text` in lines of at most `width`; a longer word is cut.
private func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    var rest = word[...]
    while rest.count > width {
      if !line.isEmpty { lines.append(line) }
      line = ""
      lines.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    if line.isEmpty {
      line = String(rest)
    } else if line.count + 1 + rest.count <= width {
      line += " " + rest
    } else {
      lines.append(line)
      line = String(rest)
    }
  }
  return line.isEmpty ? lines : lines + [line]
}
