import Testing
import Vocabulary

@testable import Fleets

/// What the answers of control planes are taken for: also the odd ones of the control plane whose contract
/// this is.
@Suite struct ControlPlaneAnswerTests {
  private func result(
    _ status: Int, _ body: String, fencing: ControlPlaneFleet.Plane.Fencing = .required
  ) -> RedeployResult {
    ControlPlaneAnswer.result(of: "acme", status: status, body: Array(body.utf8), fencing: fencing)
  }

  private func row(_ fields: String) -> String {
    #"{"ok":true,"results":[{"slug":"acme",\#(fields)}]}"#
  }

  @Test(arguments: [
    (#""ssm_status":"Success","verified_on_target":true"#, RedeployResult.restarted),
    // An old control plane does not know the field.
    (#""ssm_status":"Success""#, .restarted),
    (#""ssm_status":"Success","verified_on_target":true,"restarted":false"#, .alreadyThere),
    // Moved, and not yet seen serving: that is for pawl's own look to say.
    (#""ssm_status":"Unproven","verified_on_target":false"#, .restarted),
    (
      #""ssm_status":"Refused","fenced_by":"7.2""#,
      .fenced(highest: FencingToken(generation: Generation(7), epoch: Epoch(2)))
    ),
    (
      #""ssm_status":"Failed","restored":true,"error":"no port""#,
      .failed("the control plane says that acme failed: no port", restored: true)
    ),
  ])
  func `a row says what became of the tenant`(fields: String, expected: RedeployResult) {
    #expect(result(200, row(fields)) == expected)
  }

  @Test func `rows of an answer that failed are kept`() {
    let body =
      #"{"ok":false,"results":[{"slug":"other","ssm_status":"Failed"},"#
      + #"{"slug":"acme","ssm_status":"Success","verified_on_target":true}]}"#

    #expect(result(500, body) == .restarted)
  }

  @Test func `that the command ran is not that the tenant is there`() {
    guard case .unknown = result(200, row(#""ssm_status":"Success","verified_on_target":false"#))
    else {
      Issue.record("expected unknown")
      return
    }
  }

  @Test(arguments: [
    (200, ""), (200, "[]"), (200, #"{"ok":true,"results":[]}"#),
    (200, #"{"ok":true,"results":[{"slug":"other","ssm_status":"Success"}]}"#),
    (200, #"{"ok":"yes","results":[{"slug":"acme","ssm_status":"Success"}]}"#),
    (500, "<html>"), (502, ""), (503, #"{"ok":false}"#), (504, ""), (302, ""),
  ])
  func `what does not read is unknown`(status: Int, body: String) {
    guard case .unknown = result(status, body) else {
      Issue.record("expected unknown, found \(result(status, body))")
      return
    }
  }

  @Test func `a 403 is the token, or a stale login of the tenant's machine`() {
    #expect(
      result(403, "")
        == .failed(
          "the control plane answered 403 for acme: the token may not do this, or the tenant's machine "
            + "has a stale login at the registry; renew it", restored: true))
  }

  @Test func `a stranger's words are never repeated`() {
    let body = row(#""ssm_status":"Failed","error":"token=s3cret i-0abc""#)

    for fencing in [ControlPlaneFleet.Plane.Fencing.recordedHere] {
      let text = "\(result(500, body, fencing: fencing))"
      #expect(!text.contains("s3cret") && text.contains("it gives a reason"), "\(text)")
    }
  }

  @Test(arguments: [
    #"{"ok":true,"results":[{"slug":"acme"},{"slug":"acme"}]}"#,
    #"{"ok":true,"results":[{"slug":"Acme Inc"}]}"#, #"{"ok":true,"results":[{}]}"#,
  ])
  func `a list that nobody could act on is unknown`(body: String) throws {
    let answer = try #require(ControlPlaneAnswer(Array(body.utf8)))

    #expect(throws: Unknown.self) { try answer.slugs() }
  }
}
