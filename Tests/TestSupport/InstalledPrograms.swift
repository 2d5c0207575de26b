import Subprocess

/// Where programs that tests need are looked for, and all of the environment that they get.
let programPath: [Environment.Key: String] = [
  "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
]

/// Fails the test with what to do when `program` is not installed: a test that needs it and passes
/// without it would prove nothing.
public func requireInstalled(_ program: String) async throws {
  do {
    _ = try await Executable.name(program).resolveExecutablePath(in: .custom(programPath))
  } catch {
    throw TestFailure(
      "these tests need the program '\(program)', and it is not installed; `make setup` installs it"
    )
  }
}
