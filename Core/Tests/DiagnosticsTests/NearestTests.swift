import Diagnostics
import Testing

/// What a person probably meant.
struct NearestTests {
  private let keys = ["fleet", "canary", "soak", "batch", "max_stragglers", "settle", "on_failure"]

  @Test(arguments: [
    ("soack", "soak"), ("soka", "soak"), ("SOAK", "soak"), ("fleets", "fleet"),
    ("canari", "canary"),
    ("bach", "batch"), ("max_straglers", "max_stragglers"), ("maxstraggler", "max_stragglers"),
    ("onfailure", "on_failure"), ("setle", "settle"),
  ])
  func `a slip finds its word`(typed: String, meant: String) {
    #expect(nearest(to: typed, in: keys) == meant)
  }

  @Test(arguments: ["", "x", "verify", "rollout", "sk", "completely-different"])
  func `a word that is far from all finds none`(typed: String) {
    #expect(nearest(to: typed, in: keys) == nil)
  }

  @Test func `the first of equals wins`() {
    #expect(nearest(to: "test", in: ["tess", "tent"]) == "tess")
    #expect(nearest(to: "test", in: ["tent", "tess"]) == "tent")
  }

  @Test func `a closer word beats an earlier one`() {
    #expect(nearest(to: "registries", in: ["registers", "registrie"]) == "registrie")
  }

  @Test func `one letter is never mistaken for another`() {
    #expect(nearest(to: "a", in: ["b"]) == nil)
  }

  @Test func `words without end are not compared`() {
    let long = String(repeating: "a", count: 100_000)

    #expect(nearest(to: long, in: [long]) == nil)
    #expect(nearest(to: "soack", in: [long, "soak"]) == "soak")
  }
}
