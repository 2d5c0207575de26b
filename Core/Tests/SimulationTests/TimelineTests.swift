import Testing
import Vocabulary

@testable import Simulation

@Suite struct TimelineTests {
  private func timeline(_ lines: (String, Timeline.Column, Int64)...) -> Timeline {
    var timeline = Timeline()
    for (text, column, now) in lines { timeline.add(text, in: column, at: now) }
    return timeline
  }

  @Test func `who did what stands side by side, and time goes down`() {
    let page = timeline(
      ("alice deploys", .orders, 1_000), ("tenant-1 runs commit 1", .outside, 62_500)
    ).page(width: 64)

    #expect(
      page == [
        "              people and processes      tenants and channels",
        "00:00:01.000  alice deploys",
        "00:01:02.500                            tenant-1 runs commit 1",
      ])
  }

  @Test func `a long text goes on below itself`() {
    let page = timeline(("one two three four five six", .faults, 0)).page(width: 34)

    #expect(
      page == [
        "              what goes wrong", "00:00:00.000  one two three four",
        "              five six",
      ])
  }

  @Test func `where there is no room for three columns the third is in the second behind a mark`() {
    let all = timeline(
      ("alice deploys", .orders, 1_000), ("tenant-1 runs commit 1", .outside, 62_500),
      ("lost answer (1)", .faults, 62_600))

    #expect(
      all.page() == [
        "              people and processes              what happens, ! goes wrong",
        "00:00:01.000  alice deploys",
        "00:01:02.500                                    tenant-1 runs commit 1",
        "00:01:02.600                                    ! lost answer (1)",
      ])
    #expect(all.page(width: 118)[0].hasSuffix("what goes wrong"))
    #expect(all.page().allSatisfy { $0.count <= 80 })
  }

  @Test func `nothing is said of nothing`() {
    #expect(Timeline().page() == ["nothing happened"])
  }

  @Test func `hours are counted`() {
    #expect(Timeline.clock(.milliseconds(37_322_005)) == "10:22:02.005")
  }
}
