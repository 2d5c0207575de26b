import FoundationEssentials
import SystemPackage
import Vocabulary

/// What a driver keeps about one tenant in its ``TenantFolder``.
protocol Recorded: Sendable, Codable {
  /// The version of the stored shape that this program writes; it reads no newer one.
  static var formatWritten: Int { get }
}

extension TenantFolder {
  private static let stateBytesMax = 64 * 1024

  /// What was recorded; nil when nothing ever was.
  /// - Throws: when it cannot be read or understood. It is never replaced by a fresh one then: that would
  ///   forget the highest token, and with it what keeps an older order out.
  func load<State: Recorded>(_ type: State.Type) throws(Unknown) -> State? {
    guard let bytes = try Disk.read(state, bytesMax: Self.stateBytesMax) else { return nil }
    do {
      let format = try JSONDecoder().decode(RecordedFormat.self, from: Data(bytes)).format
      guard format <= State.formatWritten else {
        throw Unknown(
          .unanswerable,
          "expected format \(State.formatWritten) or older in \(state), found \(format): "
            + "use the newer pawl that wrote it")
      }
      return try JSONDecoder().decode(State.self, from: Data(bytes))
    } catch let unknown as Unknown {
      throw unknown
    } catch {
      throw Unknown(
        .malformed,
        "expected the recorded state of tenant \(slug) in \(state), found something else: stop the "
          + "tenant, then move the file away to begin anew")
    }
  }

  /// Records `new` durably.
  func store(_ new: some Recorded) throws(Unknown) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try encoder.encode(new))
    } catch {
      throw Unknown(.unanswerable, "could not write down the state of tenant \(slug)")
    }
    try Disk.replace(state, with: bytes)
  }

  /// Runs `body` while nobody else, here or in another process, moves this tenant.
  func locked<Value>(
    within wait: TimeSpan, _ patience: Patience, _ body: () async throws -> Value
  ) async throws -> Value {
    let folder = self
    try await blocking { () throws(Unknown) in try folder.make() }
    let lock = FileLock(path: lock, patience: patience)
    guard let value = try await lock.held(within: wait, body) else {
      throw Unknown(
        .timedOut,
        "another pawl has been moving tenant \(slug) for \(wait): it holds \(lock.path)")
    }
    return value
  }
}

/// All that is read of a record before it is known whether the rest can be.
private struct RecordedFormat: Decodable {
  let format: Int
}
