import Foundation

/// How long the tests that repeat themselves go on: a short form with every other test, and the long one
/// with `PAWL_LONG_TESTS=1` (`make long`).
enum Length {
  static let isLong = ProcessInfo.processInfo.environment["PAWL_LONG_TESTS"] == "1"

  static func of(short: Int, long: Int) -> Int { isLong ? long : short }
}
