import ArgumentParser
import Control
import Presentation

/// One verb of the command line: does its work, answers, and says what to exit with.
protocol Verb: AsyncParsableCommand {
  var common: CommonOptions { get }
  /// - Returns: the exit code.
  func perform(_ console: Console) async throws -> Int32
}

extension Verb {
  /// Turns every failure into a message and an exit code; nothing is thrown out of the process.
  func run() async throws {
    let console = Console(common)
    let code: Int32
    do {
      code = try await perform(console)
    } catch let failure as ProcessFailure {
      code = Self.end(with: failure, console)
    } catch let failure as JournalFailure {
      code = Self.end(with: ProcessFailure(failure), console)
    } catch let error as ValidationError {
      throw error
    } catch {
      let failure = ProcessFailure(
        .internal, "pawl met something it was not made for: \(error)",
        advice: "report this with the command; running it again is safe")
      code = Self.end(with: failure, console)
    }
    guard code == 0 else { throw ExitCode(code) }
  }

  private static func end(with failure: ProcessFailure, _ console: Console) -> Int32 {
    console.fail(failure)
    // A server that shows no pages shows the log, where the failure stands already.
    CIEnvironment.ofThisProcess?.tell(failure, printsPages: false)
    return failure.status.rawValue
  }
}
