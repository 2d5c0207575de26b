import ArgumentParser
import Glibc
import Presentation
import Settings
import Vocabulary

struct InitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented pawl.yaml to start from.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Replace a file that is there.")
  var force = false

  func perform(_ console: Console) async throws -> Int32 {
    let shown = printable(common.config, charactersMax: 1_000)
    // O_EXCL asks and creates in one step, so a file that appears meanwhile is not lost either.
    let mode = force ? O_TRUNC : O_EXCL
    let descriptor = open(common.config, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o644)
    guard descriptor >= 0 else {
      guard errno != EEXIST else {
        throw ProcessFailure(
          .inputOutput, "\(shown) is there already; nothing was changed",
          advice: "edit it, or replace it with --force")
      }
      throw ProcessFailure(
        .inputOutput, "\(shown) cannot be written: \(String(cString: strerror(errno)))",
        advice: "give permission on the folder, or name another file with --config")
    }
    defer { close(descriptor) }
    let text = Array(InitialSettings().text.utf8)
    guard Glibc.write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
      throw ProcessFailure(
        .inputOutput, "\(shown) was not written in full: \(String(cString: strerror(errno)))",
        advice: "make room on that disk, then the same command with --force")
    }
    console.answer(Written(file: shown))
    return ExitStatus.success.rawValue
  }

  private struct Written: Report {
    let file: String

    func lines() -> [Line] {
      [Line("wrote \(file)"), Line("next: fill it in, then 'pawl plan' shows what would happen")]
    }
  }
}
