import Foundation
import GRDB

/// The rows of a journal, reached past everything that guards them.
enum Rows {
  static func count(_ journal: String) throws -> Int? {
    guard FileManager.default.fileExists(atPath: journal) else { return nil }
    return try open(journal).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") }
  }

  /// Does to a journal what pawl never would.
  static func meddle(_ journal: String, _ sql: String) throws {
    try open(journal).writeWithoutTransaction { try $0.execute(sql: sql) }
  }

  /// Runs `body` while a write to the journal has begun and not ended.
  static func whileWriting(_ journal: String, _ body: () async throws -> Void) async throws {
    let database = try open(journal)
    try await database.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    try await body()
    // Closing gives up what was begun, also when `body` failed.
    try database.close()
  }

  private static func open(_ journal: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    configuration.busyMode = .timeout(5)
    return try DatabaseQueue(path: journal, configuration: configuration)
  }
}
