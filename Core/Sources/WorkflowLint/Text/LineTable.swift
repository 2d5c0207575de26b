/// Where each line of a text begins, so that a place in it need not be counted from the start.
struct LineTable: Sendable {
  /// In bytes from the beginning of the text.
  private let starts: [Int]

  init(_ text: String) {
    starts = [0] + text.utf8.enumerated().filter { $0.element == 0x0A }.map { $0.offset + 1 }
  }

  /// The line, from 0, and the characters before the byte in it; behind the end it is the end.
  func place(of offset: Int, in text: String) -> (line: Int, column: Int) {
    let offset = max(0, min(offset, text.utf8.count))
    let line = index(of: offset)
    return (line, text.bytes(starts[line]..<offset).unicodeScalars.count)
  }

  /// Where the line begins that a byte stands in.
  func start(of offset: Int) -> Int { starts[index(of: offset)] }

  /// The last line that does not begin behind the byte, by halves.
  private func index(of offset: Int) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}
