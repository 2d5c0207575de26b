import Testing
import Transport

struct RequestTargetTests {
  @Test(arguments: ["/", "/v2/a/manifests/sha256:00", "/a?b=c&d=%20", "/a~b/c@d"])
  func `a path with or without a query is a target`(text: String) {
    #expect(RequestTarget(text)?.text == text)
  }

  @Test(arguments: ["", "v2/", "/a b", "/a\r\nHost: evil", "/ä", "/a#b", "/a\"b"])
  func `what could not be sent as it stands is refused`(text: String) {
    #expect(RequestTarget(text) == nil)
  }

  @Test func `an endless target is refused`() {
    #expect(RequestTarget("/" + String(repeating: "a", count: 7_999)) != nil)
    #expect(RequestTarget("/" + String(repeating: "a", count: 8_000)) == nil)
  }
}
