import Diagnostics
import Foundation
import Glibc
import Vocabulary
import WorkflowLint

/// Mends files in place.
struct LintFixing {
  /// Unsafe fixes as well.
  let isAll: Bool

  /// - Returns: how many findings were mended. What could not be mended is said, and its file left as it is.
  func fix(_ outcome: LintOutcome, _ inputs: [Lint.Input], _ lint: Lint) throws -> Int {
    let wanted = outcome.findings.filter { !$0.isKnown }.filter(isWanted)
    let mending = Mending(wanted, in: inputs, lint)
    for refusal in mending.refused {
      let line = printable("\(refusal.finding.finding.line): \(refusal.why)", charactersMax: 4_000)
      write("not mended: \(line)\n", to: STDERR_FILENO)
    }
    for (path, text) in mending.texts.sorted(by: { $0.key < $1.key }) {
      try Self.replace(path, with: text)
    }
    return mending.mended
  }

  /// What is not safe is shown and asked about; without an answer it is left as it is.
  private func isWanted(_ finding: LintFinding) -> Bool {
    guard let fix = finding.fix, !fix.isSafe else { return finding.fix != nil }
    guard isAll else { return false }
    write(
      "\(finding.finding.line)\nmend this? It changes what the file means. [yes/no] ",
      to: STDERR_FILENO)
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "no")
  }

  /// The old file stays whole until the new one is. Of a link what it points to is replaced; the file keeps
  /// its mode.
  static func replace(_ path: String, with text: String) throws {
    let name = path
    let path =
      realpath(name, nil).map { found in
        defer { free(found) }
        return String(cString: found)
      } ?? name
    let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
    let draft = path + ".pawl-\(getpid())"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode ?? 0o644))
    guard descriptor >= 0 else {
      throw LintProblem(message: "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    let bytes = Array(text.utf8)
    let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    // The mask of this process is not the file's.
    if let mode { _ = fchmod(descriptor, mode_t(mode)) }
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      unlink(draft)
      throw LintProblem(message: "\(path) was not written: \(String(cString: strerror(errno)))")
    }
  }
}
