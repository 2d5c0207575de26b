import Testing

@testable import Simulation

/// Deliveries that broke a promise once, as `pawl rehearse` wrote them. Each stays, with what was
/// mended.
///
/// When the draws behind seeds change, these are other deliveries, which never broke anything, and the second
/// test says so. Then find the mistake anew: take the mending back for a moment, run `pawl rehearse --drawn`,
/// and put the file it writes here. One that cannot be found any more goes, and the commit says why.
@Suite struct AdoptedReplayTests {
  private static let adopted: [(mended: String, text: String)] = [
    (
      "a restored journal went on with a run, and drivers refused every order after it",
      """
      pawl-rehearsal 1
      seed 59
      mode liveness
      delivery ac4b0670c4c3510a
      """
    ),
    (
      "a restored journal that ends while a channel is half written",
      """
      pawl-rehearsal 1
      seed 310
      mode liveness
      delivery 2b183730d2577eca
      """
    ),
    (
      "a leader that is stopped for hours while the kill switch goes on and off",
      """
      pawl-rehearsal 1
      seed 3080
      mode liveness
      delivery 7cc53a68eefb43f8
      """
    ),
    (
      "a registry that forgets a write and shows what was there before it",
      """
      pawl-rehearsal 1
      seed 6313
      mode safety
      delivery ad664460118a9641
      """
    ),
    (
      "a pin that is written again while its first write can still land",
      """
      pawl-rehearsal 1
      seed 116153
      mode safety
      delivery 2bd72154f47889bb
      """
    ),
    (
      "a runbook that was cut off before it held releases",
      """
      pawl-rehearsal 1
      seed 126136
      mode safety
      delivery 448e1b48ed33af11
      """
    ),
    (
      "a runbook whose steps came out of order",
      """
      pawl-rehearsal 1
      seed 113387
      mode liveness
      delivery 1db1a006e7c94746
      """
    ),
    (
      "a restart onto what runs already, which strikes between the proof and the last tag",
      """
      pawl-rehearsal 1
      seed 43437
      mode liveness
      delivery 2e693cf006dcd1ea
      tenants 8
      orders 0 1 12 16
      faults 9
      fault oldProgram 3
      fault wrongDigest 3
      fault pause 135
      fault silentSample 45
      fault silentSample 52
      fault silentSample 54
      fault pause 203
      fault lateRequest 11
      fault lostRequest 16
      """
    ),
  ]

  @Test(arguments: adopted.map(\.mended))
  func `what broke a promise once keeps it`(mended: String) throws {
    let found = Self.adopted.first { $0.mended == mended }
    let adopted = try #require(found)

    let report = Simulator.run(try Replay(parsing: adopted.text))

    #expect(report.violation == nil, "\(report.reproduction)")
    #expect(report.steps > 0)
  }

  @Test(arguments: adopted.map(\.mended))
  func `what broke a promise once is still that delivery`(mended: String) throws {
    let found = Self.adopted.first { $0.mended == mended }
    let replay = try Replay(parsing: try #require(found).text)

    #expect(replay.delivery == Simulator.delivery(of: replay))
  }
}
