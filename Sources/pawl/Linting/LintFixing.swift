import Diagnostics
import Foundation
import Glibc
import WorkflowLint

/// Mends files in place.
struct LintFixing {
  /// Unsafe fixes as well.
  let isAll: Bool

  /// - Returns: how many findings were mended.
  func fix(_ outcome: LintOutcome, _ inputs: [Lint.Input]) throws -> Int {
    var mended = 0
    for input in inputs {
      guard case .text(let text) = input.content else { continue }
      let fixes = outcome.findings.filter { $0.finding.place.file == input.path && !$0.isKnown }
        .filter(isWanted).compactMap(\.fix)
      guard !fixes.isEmpty else { continue }
      let (fixed, count) = Fix.apply(fixes, to: text)
      try Self.replace(input.path, with: fixed)
      mended += count
    }
    return mended
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
