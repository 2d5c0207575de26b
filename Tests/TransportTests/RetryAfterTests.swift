import Testing

@testable import Transport

struct RetryAfterTests {
  func answer(_ headers: [HTTPHeader]) -> HTTPAnswer {
    HTTPAnswer(status: 429, headers: headers, body: [])
  }

  @Test func `seconds are understood`() {
    #expect(retryAfter(answer([HTTPHeader("retry-after", "120")])) == .seconds(120))
  }

  @Test func `a date is taken relative to the answer's own date`() {
    let answer = answer([
      HTTPHeader("Date", "Sat, 21 Nov 2026 05:38:55 GMT"),
      HTTPHeader("Retry-After", "Sat, 21 Nov 2026 05:42:00 GMT"),
    ])

    #expect(retryAfter(answer) == .seconds(185))
  }

  @Test func `a date in the past asks for no pause`() {
    let answer = answer([
      HTTPHeader("Date", "Sat, 21 Nov 2026 05:38:55 GMT"),
      HTTPHeader("Retry-After", "Fri, 20 Nov 2026 05:38:55 GMT"),
    ])

    #expect(retryAfter(answer) == .zero)
  }

  @Test func `a date without one to compare it with is ignored`() {
    let answer = answer([HTTPHeader("Retry-After", "Sat, 21 Nov 2026 05:42:00 GMT")])

    #expect(retryAfter(answer) == nil)
  }

  @Test(arguments: ["", "soon", "-1", "1.5", "99999999999999999999"])
  func `nonsense is ignored`(text: String) {
    let asked = retryAfter(answer([HTTPHeader("Retry-After", text)]))

    #expect(asked == nil)
  }

  @Test func `the specification's own date is read right`() {
    #expect(secondsSince1970(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    #expect(secondsSince1970(httpDate: "Thu, 01 Jan 1970 00:00:00 GMT") == 0)
    #expect(secondsSince1970(httpDate: "Thu, 29 Feb 2024 12:00:00 GMT") == 1_709_208_000)
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
  ])
  func `a malformed date is no date`(text: String) {
    #expect(secondsSince1970(httpDate: text) == nil)
  }
}
