import SystemPackage
public import Vocabulary

/// A program of your own that says who is in the fleet.
public struct TenantLister: Sendable {
  /// More than ten thousand tenants with labels.
  private static let outputBytesMax = 8 << 20

  private let program: CommandFleet.Program
  private let arguments: [String]
  private let log: FilePath

  /// - Parameters:
  ///   - program: its own arguments are not used.
  ///   - log: where its standard error is kept. Relative to the current folder of this process.
  public init(_ program: CommandFleet.Program, arguments: [String], log: String) {
    self.program = program
    self.arguments = arguments
    self.log = absolute(log)
  }

  /// What it printed.
  /// - Throws: ``Unknown`` when it did not end with exit code 0: half a list is none.
  public func list() async throws(Unknown) -> String {
    let log = log
    try await blocking { () throws(Unknown) in
      try Disk.makeFolders(log.removingLastComponent())
    }
    let run = CommandRun(
      program: program, arguments: arguments, input: [], log: log,
      outputBytesMax: Self.outputBytesMax, key: "tenants")
    let output = try await run.output(of: program.name)
    guard let text = String(validating: output, as: UTF8.self) else {
      throw Unknown(.malformed, "\(program.name) printed a list of tenants that is not UTF-8")
    }
    return text
  }
}
