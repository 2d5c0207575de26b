import Decisions
import Testing
import Vocabulary

/// What is said of a tenant that is not proven.
struct ReceiptSentenceTests {
  @Test(arguments: [
    (Unknown.Cause.unreachable, "did not answer"), (.timedOut, "did not answer"),
    (.disallowed, "was not asked"), (.malformed, "gave no answer that counts"),
    (.unauthorized, "gave no answer that counts"), (.serverError, "gave no answer that counts"),
  ])
  func `only who is silent is told not to have answered`(cause: Unknown.Cause, said: String) {
    let receipt = Receipt(
      tenant: "reno", expected: "2222222222222222222222222222222222222222",
      finding: .unreachable(Unknown(cause, "why")), samples: 3, elapsed: .seconds(4))

    #expect(receipt.sentence == "\(said): \(cause.rawValue): why (after 4s, 3 samples)")
  }
}
