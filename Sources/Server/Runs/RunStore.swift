import Fleets
import FoundationEssentials
import Vocabulary

/// Keeps the orders this control plane has taken, a file each, so that one can be sent again after a crash
/// and no number is given twice.
struct RunStore: Sendable {
  /// How many are kept; the oldest ended ones go first.
  static let runsMax = 500

  let files: KeptFiles

  /// Everything kept, oldest first.
  func load() async throws(Unknown) -> [RunRecord] {
    var records: [RunRecord] = []
    for name in try await files.names() where name.hasSuffix(".json") {
      guard let bytes = try await files.content(name) else { continue }
      guard let record = try? JSONDecoder().decode(RunRecord.self, from: Data(bytes)),
        record.format <= RunRecord.formatWritten
      else {
        throw Unknown(
          .malformed,
          "expected a run of this control plane in \(files.path(name)), found something else: move it "
            + "away, once nothing is left to repeat of it")
      }
      records.append(record)
    }
    return records.sorted { $0.number < $1.number }
  }

  /// Keeps `record` durably, in place of what was kept of it.
  func keep(_ record: RunRecord) async throws(Unknown) {
    let bytes: [UInt8]
    do {
      bytes = try wire(record)
    } catch {
      throw Unknown(.unanswerable, "run \(record.number) could not be written down")
    }
    try await files.keep(bytes, as: Self.name(record.number))
  }

  func forget(_ number: UInt64) async throws(Unknown) {
    try await files.forget(Self.name(number))
  }

  private static func name(_ number: UInt64) -> String { "\(number).json" }
}

/// A document as it is stored and sent.
func wire(_ document: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return [UInt8](try encoder.encode(document))
}
