import Foundation
import SystemPackage

/// The `pawl` that was built together with these tests: it lies beside them, whatever the build
/// folder is called. Or another one that `PAWL_TEST_PROGRAM` names, such as that of `make release`.
public func builtPawl() throws -> String {
  if let path = ProcessInfo.processInfo.environment["PAWL_TEST_PROGRAM"] {
    guard path.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: path) else {
      throw TestFailure(
        "expected PAWL_TEST_PROGRAM to be the whole path of a program, found '\(path)'")
    }
    return path
  }
  let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let path = FilePath(tests).removingLastComponent().appending("pawl").string
  guard FileManager.default.isExecutableFile(atPath: path) else {
    throw TestFailure("expected the program under test beside the tests, found none: \(path)")
  }
  return path
}
