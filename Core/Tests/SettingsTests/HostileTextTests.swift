import Diagnostics
import Settings
import Testing

/// Whatever is done to the text, an answer comes back: settings without an error, or errors without
/// settings.
struct HostileTextTests {
  private func isWellAnswered(_ text: String) -> Bool {
    switch DeliverySettings.parse(text: text, file: "pawl.yaml") {
    case .accepted(_, let report): !report.hasErrors
    case .refused(let report): report.hasErrors
    }
  }

  @Test func `a text cut off anywhere is answered`() {
    for length in stride(from: 0, through: Sample.text.count, by: 3) {
      #expect(isWellAnswered(String(Sample.text.prefix(length))), "\(length)")
    }
  }

  @Test func `a text without one of its lines is answered`() {
    let lines = Sample.text.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices {
      var left = lines
      left.remove(at: index)
      #expect(isWellAnswered(left.joined(separator: "\n")), "without line \(index + 1)")
    }
  }

  @Test(arguments: [
    "[", "]", "{", "}", ":", ": ", "- ", "? ", "&a ", "*a ", "!a ", "|", ">", "'", "\"", "#", "%",
    "\t", "\n", "\r", "\u{0}", "\u{FEFF}", "\u{F0000}", "👩‍🚀", "null", "{registry}", "{sha}", "://@",
    "99999999999999999999999999", "---\n", "...\n", "<<: *a\n",
  ])
  func `a text with something foreign anywhere is answered`(foreign: String) {
    let characters = Array(Sample.text)
    for index in stride(from: 0, through: characters.count, by: 11) {
      let text = String(characters[..<index]) + foreign + String(characters[index...])
      #expect(isWellAnswered(text), "\(index)")
    }
  }

  @Test(arguments: ["[]", "{}", "null", "x", "[x]", "{x: y}", "-1", "[[]]", "\"\""])
  func `a text with any value of another shape is answered`(value: String) {
    let lines = Sample.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      var changed = lines
      changed[index] = line[...colon] + " " + value
      #expect(isWellAnswered(changed.joined(separator: "\n")), "line \(index + 1)")
    }
  }
}
