import Testing
import Vocabulary

/// Text that may be shown, and text that may not.
struct SafeTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("Zoë 👩‍🚀", "Zoë 👩‍🚀"), ("a\tb\nc\rd", "a?b?c?d"),
    ("\u{1B}[2J\u{1B}]0;x\u{7}", "?[2J?]0;x?"),
    ("\u{9B}31m", "?31m"), ("\u{7F}", "?"), ("a\u{202E}b\u{2066}c", "a?b?c"), ("\u{0}", "?"),
    ("", ""),
  ])
  func `text from outside cannot steer a terminal`(text: String, shown: String) {
    #expect(printable(text, charactersMax: 100) == shown)
  }

  @Test(arguments: [("abc", 3, "abc"), ("abcd", 3, "abc…"), ("abc", 0, "…"), ("", 0, "")])
  func `text from outside is cut`(text: String, charactersMax: Int, shown: String) {
    #expect(printable(text, charactersMax: charactersMax) == shown)
  }

  @Test func `a secret shows dots in every way there is to show it`() {
    struct Holder { let password: Secret<String> }
    let secret = Secret("hunter2")
    var dumped = ""
    dump(Holder(password: secret), to: &dumped)

    #expect("\(secret)" == "•••")
    #expect(String(describing: secret) == "•••")
    #expect(String(reflecting: secret) == "•••")
    #expect(String(describing: [secret]) == "[•••]")
    #expect(String(describing: Optional(secret)) == "Optional(•••)")
    #expect(!"\(Holder(password: secret))".contains("hunter2"))
    #expect(!dumped.contains("hunter2"))
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test func `a secret is handed to the one who uses it`() {
    #expect(Secret("hunter2").reveal { $0.count } == 7)
  }

  @Test func `why something is unknown is one short printable line`() {
    let unknown = Unknown(.malformed, "two\nlines " + times(400, "a"))

    #expect(unknown.description.hasPrefix("malformed: two?lines aaa"))
    #expect(unknown.detail.count == 301)
  }

  @Test(arguments: [
    (Unknown.Cause.unreachable, true), (.timedOut, true), (.rateLimited, true),
    (.serverError, true),
    (.unauthorized, false), (.forbidden, false), (.malformed, false), (.tooLarge, false),
    (.unanswerable, false),
  ])
  func `only what changes by itself may pass`(cause: Unknown.Cause, mayPass: Bool) {
    #expect(Unknown(cause, "x").mayPass == mayPass)
  }
}
