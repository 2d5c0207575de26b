import Subprocess

/// Makes `path` a program that anybody may run; `content` replaces what is there.
///
/// Another process writes it: where this one did, whatever it starts at that moment would hold the file
/// open for writing until it is another program, and nobody could run it (execve(2), `ETXTBSY`).
public func writeProgram(_ content: [UInt8], to path: String) async throws {
  let written = try await run(
    .name("sh"), arguments: ["-c", "cat >\"$1\" && chmod 755 \"$1\"", "sh", path],
    environment: .custom(programPath), input: .array(content), output: .discarded,
    error: .string(limit: 1 << 16))
  guard written.terminationStatus.isSuccess else {
    throw TestFailure("expected to write \(path), found \(written.standardError)")
  }
}

/// A program that a shell reads.
public func writeProgram(_ script: String, to path: String) async throws {
  try await writeProgram(Array(script.utf8), to: path)
}
