import Foundation

/// JSON with sorted keys, no spaces and no escaped slashes, of what is made of strings, numbers and
/// truth values only and can therefore always be written.
func sortedJSON(_ value: some Encodable) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return Array(try encoder.encode(value))
  } catch {
    preconditionFailure("\(type(of: value)) holds what JSON cannot: \(error)")
  }
}
