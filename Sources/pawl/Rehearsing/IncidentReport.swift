import Presentation
import Simulation

/// One incident, without a ratchet and with it.
struct IncidentReport: Report {
  struct Play: Encodable, Sendable {
    let ending: String
    let harms: [String]
    let timeline: [String]
  }

  let name: String
  let sentence: String
  let without: Play
  let with: Play

  init(_ incident: Incident, seed: UInt64) {
    name = incident.name
    sentence = incident.sentence
    let naive = incident.playNaively(seed: seed)
    without = Play(
      ending: naive.jobs.isEmpty ? "no job ran" : "jobs: " + naive.jobs.joined(separator: ", "),
      harms: naive.harms,
      timeline: naive.timeline.page())
    let pawl = incident.rehearsed(seed: seed)
    with = Play(
      ending: pawl.ending.description, harms: [pawl.violation?.description].compactMap(\.self),
      timeline: pawl.timeline.page())
  }

  /// Whether pawl kept every promise.
  var isKept: Bool { with.harms.isEmpty }

  func lines() -> [Line] {
    [Line("\(name): \(sentence)", .strong), "", Line("without a ratchet", .strong)]
      + without.timeline.map { Line($0) } + [Line(without.ending)]
      + without.harms.map { Line("harm: \($0)", .bad) }
      + ["", Line("with pawl", .strong)] + with.timeline.map { Line($0) } + [Line(with.ending)]
      + (isKept ? [Line("no promise was broken", .good)] : with.harms.map { Line($0, .bad) })
  }
}
