import Foundation

/// How long the tests that repeat themselves go on: a short form with every other test, and the long one
/// with `PAWL_LONG_TESTS=1` (`make long`), of which `PAWL_LONG_PERCENT=25` runs a quarter.
enum Length {
  private static let environment = ProcessInfo.processInfo.environment
  static let isLong = environment["PAWL_LONG_TESTS"] == "1"
  private static let percent = environment["PAWL_LONG_PERCENT"].flatMap(Int.init) ?? 100

  static func of(short: Int, long: Int) -> Int { isLong ? max(long * percent / 100, 1) : short }
}
