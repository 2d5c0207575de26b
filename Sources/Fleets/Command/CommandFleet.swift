public import Capabilities
import SystemPackage
public import Vocabulary

/// A fleet that is moved by a program of your own: whatever starts tenants where you are, `pawl` says which
/// image, checks by itself what came of it, and lets no older order through on this machine.
///
/// The program is run once for each order, with an argument list and never by a shell. See the README
/// beside this file for what it is given, what it has to answer, and what this driver cannot promise.
public struct CommandFleet: Fleet {
  /// What is run.
  public struct Program: Sendable {
    /// A path, or a name to be found in `PATH`.
    let executable: String
    let arguments: [CommandWord]
    let environment: [String: String]
    let folder: FilePath
    let timeLimit: TimeSpan

    /// - Parameters:
    ///   - executable: a name to be found in `PATH`, or a path; a relative one starts at `folder`.
    ///   - arguments: the words after it.
    ///   - environment: all it gets.
    ///   - folder: where it is run. Relative to the current folder of this process.
    ///   - timeLimit: how long one order may take; then it is ended, and what came of it is unknown.
    public init(
      executable: String, arguments: [CommandWord], environment: [String: String],
      folder: String, timeLimit: TimeSpan
    ) {
      self.folder = absolute(folder)
      self.executable =
        executable.contains("/")
        ? self.folder.pushing(FilePath(executable)).lexicallyNormalized().string : executable
      self.arguments = arguments
      self.environment = environment
      self.timeLimit = timeLimit
    }

    /// What messages call it.
    var name: String { FilePath(executable).lastComponent?.string ?? executable }
  }

  private let tenants: [Tenant]
  private let folder: FilePath
  private let program: Program
  private let prober: BuildInfoProber
  private let patience: Patience

  /// - Parameters:
  ///   - tenants: the whole fleet, as configured.
  ///   - folder: where the highest token of each tenant and the program's words are kept; made when it
  ///     is missing. Relative to the current folder of this process.
  public init(
    tenants: [Tenant], folder: String, program: Program, prober: BuildInfoProber,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.tenants = tenants
    self.folder = absolute(folder)
    self.program = program
    self.prober = prober
    patience = Patience(clock: clock)
  }

  public func census() async -> Reading<Census> { listedOnce(tenants) }

  /// Never ``Observation/notDeployed``: only the program could prove that, and it is not asked.
  public func observe(_ tenant: Tenant) async -> Observation {
    await prober.observe(tenant.address)
  }

  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    let tenantFolder = TenantFolder(of: order.tenant.slug, in: folder)
    let command = CommandOrder(order: order, token: token, effect: effect)
    let redeployment = RecordedRedeployment(
      order: order, token: token, effect: effect, folder: tenantFolder,
      move: { try await program.run(command, log: tenantFolder) })
    return await redeployment.perform(within: program.timeLimit, patience)
  }
}

extension CommandFleet.Program {
  /// Runs it once for one order, and reads what it answered.
  fileprivate func run(
    _ command: CommandOrder, log folder: TenantFolder
  ) async throws -> RedeployResult {
    try await blocking { () throws(Unknown) in try folder.rotateLog() }
    let run = CommandRun(
      program: self, arguments: command.arguments(arguments), input: try command.document(),
      log: folder.log)
    let subject = "\(name) for \(command.order.tenant.slug)"
    return CommandReport.result(in: try await run.output(of: subject), of: subject)
  }
}
