import Presentation
import Testing

struct LineTests {
  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 4, "日…"), ("", 3, ""),
  ])
  func `a line is cut to the columns there are`(_ text: String, _ width: Int, _ shown: String) {
    #expect(Line(text).fitted(to: width, .plain) == shown)
  }

  @Test func `text from outside cannot speak to the terminal`() {
    #expect(Line("a\u{1B}[31mb\r\u{202E}c").text(.plain) == "a?[31mb??c")
  }
}
