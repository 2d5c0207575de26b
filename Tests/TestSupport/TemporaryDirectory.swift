import Foundation
public import SystemPackage

/// Runs `body` with a fresh directory of its own, and removes it afterwards however `body` ends.
public nonisolated(nonsending) func withTemporaryDirectory<Answer>(
  _ body: (FilePath) async throws -> Answer
) async throws -> Answer {
  let name = "pawl-test-\(UInt64.random(in: .min ... .max))"
  let place = FileManager.default.temporaryDirectory.appendingPathComponent(name)
  try FileManager.default.createDirectory(
    at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  do {
    let answer = try await body(FilePath(place.path))
    try FileManager.default.removeItem(at: place)
    return answer
  } catch {
    try? FileManager.default.removeItem(at: place)
    throw error
  }
}
