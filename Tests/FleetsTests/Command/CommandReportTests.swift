import Testing
import Vocabulary

@testable import Fleets

struct CommandReportTests {
  @Test(arguments: [
    (#"{"result":"restarted"}"#, RedeployResult.restarted),
    (#"{"result":"already-there","took":"3s"}"#, .alreadyThere),
    (
      #"{"result":"failed","reason":"exited with 3","restored":true}"#,
      .failed("exited with 3", restored: true)
    ),
    (
      #"{"result":"fenced","highest":{"generation":7,"epoch":2}}"#,
      .fenced(highest: FencingToken(generation: Generation(7), epoch: Epoch(2)))
    ),
  ])
  func `what it may answer`(text: String, result: RedeployResult) {
    #expect(CommandReport.result(in: Array(text.utf8), of: "mover for anna") == result)
  }

  @Test(arguments: [
    ("", "expected one JSON document with 'result' on standard output, found nothing"),
    ("done", "expected one JSON document with 'result' on standard output, found something else"),
    (
      #"{"result":"restarted"}{"result":"failed"}"#,
      "expected one JSON document with 'result' on standard output, found something else"
    ),
    (
      #"{"result":"ok"}"#,
      "expected 'restarted', 'already-there', 'failed' or 'fenced' as 'result' on standard output, "
        + "found 'ok'"
    ),
    (
      #"{"result":"failed","reason":"no"}"#,
      "expected 'reason' and 'restored' beside 'failed' on standard output, found one of them missing"
    ),
    (
      #"{"result":"fenced"}"#,
      "expected 'highest' beside 'fenced' on standard output, found none"
    ),
  ])
  func `anything else is unknown, and says what was expected`(text: String, sentence: String) {
    #expect(
      CommandReport.result(in: Array(text.utf8), of: "mover for anna")
        == .unknown(Unknown(.malformed, "mover for anna: \(sentence)")))
  }

  @Test func `a reason is one safe line`() {
    let text =
      #"{"result":"failed","reason":"\u001b[2Jgone\n"#
      + String(repeating: "x", count: 400) + #"","restored":false}"#

    let result = CommandReport.result(in: Array(text.utf8), of: "mover for anna")

    #expect(
      result
        == .failed("?[2Jgone?" + String(repeating: "x", count: 191) + "…", restored: false))
  }
}
