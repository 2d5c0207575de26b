import Decisions
import Foundation
import Presentation
import Testing
import Vocabulary

/// How `pawl fleet matrix` ends: well only when nobody serves something else than they should.
struct TenantMatrixTests {
  private static let newcomer = Tenant(slug: "dora", address: "http://127.0.0.1:8804")

  private func released() -> ControlState {
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go()
    return story.state
  }

  private func matrix(
    _ observation: Observation?, of tenant: Tenant = newcomer, in state: ControlState
  ) -> TenantMatrix {
    TenantMatrix(
      Census([tenant]), state, at: Timestamp(milliseconds: 3_600_000),
      live: observation.map { [tenant.slug: $0] })
  }

  @Test(arguments: [
    (Observation.running(one), Int32(0)), (.running(two), 42), (.notDeployed, 43),
    (.unreachable(Unknown(.unreachable, "nobody")), 43), (.unidentified("dev"), 43),
    (.unconfirmed(one, Unknown(.unreachable, "nobody")), 43),
    (.unconfirmed(two, Unknown(.unreachable, "nobody")), 42), (.unhealthy(one), 42),
  ])
  func `one that was told nothing should serve what is released`(
    observation: Observation, code: Int32
  ) {
    #expect(matrix(observation, in: released()).exitCode == code)
  }

  @Test(arguments: [
    (Observation.running(one), Int32(0)), (.notDeployed, 0),
    (.unreachable(Unknown(.unreachable, "nobody")), 43), (.unidentified("dev"), 43),
    (.unconfirmed(one, Unknown(.unreachable, "nobody")), 43),
  ])
  func `before the first release nothing is expected, and silence is not right`(
    observation: Observation, code: Int32
  ) {
    #expect(matrix(observation, in: ControlState()).exitCode == code)
  }

  @Test func `one that was told to run something is held to that, and a pinned one to nothing`() {
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go()
    let acme = Tenant(slug: "acme", address: "http://127.0.0.1:8801")
    let differing = matrix(.running(two), of: acme, in: story.state).exitCode
    story.order(.pin("acme", "looked after by hand"))

    #expect(differing == 42)
    #expect(matrix(.running(two), of: acme, in: story.state).exitCode == 0)
  }

  @Test func `nobody differs while nobody was asked`() {
    #expect(matrix(nil, in: released()).exitCode == 0)
  }

  @Test func `one outside of its window is shown with the moment it opens`() {
    let opens = Timestamp(milliseconds: 7_200_000)
    let window = ReleaseWindow(
      kind: .deny, span: .once(from: Timestamp(milliseconds: 0), to: opens),
      zone: ZoneOffsets(unknown: "UTC"), reason: "")

    let lines = matrix(nil, of: Self.newcomer.movable(in: [window]), in: released()).lines()
      .map { $0.text(.plain) }

    #expect(
      lines.contains { $0.contains("outside of its window until 1970-01-01T02:00:00.000Z") },
      "\(lines)")
  }
}
