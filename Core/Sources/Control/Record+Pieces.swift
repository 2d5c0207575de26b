import Decisions
import PlainCoding
import Vocabulary

/// What every record has, written without `Codable`: that takes a tenth of the time, and a group of appends
/// did little else for an entry. What only some records have goes through it
/// (docs/decisions/0091-plain-json.md).
///
/// To the byte what the synthesised `Codable` of these types gives; a test holds the two together, and fails
/// when one of them gets a property.
extension PlainPieces {
  mutating func append(_ record: Record) throws {
    append(#"{"at":"#)
    append(record.at.milliseconds)
    append(#","effects":["#)
    var isFirst = true
    for effect in record.effects {
      if !isFirst { append(",") }
      try append(effect)
      isFirst = false
    }
    append(#"],"event":"#)
    try append(record.event)
    append("}")
  }

  private mutating func append(_ effect: Effect) throws {
    append(#"{"action":"#)
    try append(effect.action)
    append(#","attempt":"#)
    append(Int64(effect.attempt))
    append(#","id":"#)
    append(effect.id.number)
    append(#","run":"#)
    append(effect.run.number)
    append("}")
  }

  private mutating func append(_ action: Action) throws {
    switch action {
    case .census: append(#"{"census":{}}"#)
    default: try append(encoding: action, depth: 3)
    }
  }

  private mutating func append(_ event: Event) throws {
    switch event {
    case .outcome(let id, let outcome):
      append(#"{"outcome":{"_0":"#)
      append(id.number)
      append(#","_1":"#)
      try append(outcome)
      append("}}")
    default: try append(encoding: event, depth: 1)
    }
  }

  private mutating func append(_ outcome: Outcome) throws {
    switch outcome {
    case .rang: append(#"{"rang":{}}"#)
    default: try append(encoding: outcome, depth: 3)
    }
  }
}
