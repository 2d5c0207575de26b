import Control
import Decisions
import Foundation
import Testing
import Vocabulary

/// What is written of a record without `Codable`, held against what `Codable` and Foundation write of it.
struct RecordCodingTests {
  @Test(arguments: [0, 1, 2, 5])
  func `a record is written as its types say, whatever happened and however much was decided`(
    _ count: Int
  ) throws {
    for event in events {
      for first in actions.indices {
        let effects = (0..<count).map { index in
          Effect(
            id: EffectID(index == 0 ? .max : UInt64(index)), run: RunID(UInt64(index)),
            action: actions[(first + index) % actions.count],
            attempt: index == 1 ? .min : index * 10)
        }
        for time in [0, 9, 10, -1, 1_764_000_000_000, Int64.max, .min] {
          let record = Record(
            at: Timestamp(milliseconds: time), event: event, effects: effects)
          #expect(RecordCoding.plain(record) == Array(try foundation.encode(record)), "\(record)")
        }
      }
    }
  }

  @Test func `a record that was written is read again, and is the same`() throws {
    for event in events {
      let record = Record(
        at: Timestamp(milliseconds: 7), event: event,
        effects: actions.map { Effect(id: EffectID(3), run: RunID(2), action: $0, attempt: 1) })
      let body = try #require(RecordCoding.plain(record))

      let read = try RecordCoding.decode(
        body, format: RecordCoding.format, at: record.at
      ) { _ throws(RecordCoding.Undecodable) in throw .shape("left to Foundation") }

      #expect(read == record)
    }
  }

  private let events: [Event] = [
    .command(.kill("the \"database\" is warm: é \\ 👩‍🚀"), by: "alice"), .led(by: "ci:deploy#417"),
    .outcome(EffectID(0), .rang), .outcome(EffectID(12), .kept(.absent)),
    .outcome(
      EffectID(.max), .head(.found("0123456789abcdef0123456789abcdef01234567"))),
  ]

  private let actions: [Action] = [
    .census, .head("main"), .wait(.gates, .seconds(3)),
    .wait(.retry(.wait(.retry(.census, attempt: 2), .zero), attempt: 3), .seconds(1)),
  ]

  private var foundation: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
