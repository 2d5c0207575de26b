import Glibc
import Subprocess
import SystemPackage
import Vocabulary

/// Starts tenants as processes that outlive the one that started them.
struct Launcher: Sendable {
  let processes: ProcessTable

  /// How long a fresh process may take to say who it is.
  private static let introductionSeconds = 10

  /// A process that is ready to become the tenant and waits for the word.
  ///
  /// When this value goes away without ``release()``, the process ends by itself.
  struct Pending: ~Copyable {
    let process: ProcessIdentity
    private let socket: CInt

    fileprivate init(process: ProcessIdentity, socket: CInt) {
      self.process = process
      self.socket = socket
    }

    deinit { close(socket) }

    /// Lets it become the tenant. Call only when its identity is on record.
    consuming func release() throws(Unknown) {
      guard Glibc.send(socket, "go\n", 3, CInt(MSG_NOSIGNAL)) == 3 else {
        throw Unknown(.unanswerable, "process \(process.pid) ended before it was let go")
      }
    }
  }

  /// Starts a process that is to become `command`, and holds it.
  func prepare(_ command: LaunchCommand) async throws -> Pending {
    var ends: [CInt] = [-1, -1]
    guard
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else {
      throw Unknown(.unanswerable, "could not make a socket pair: \(Errno(rawValue: errno))")
    }
    let (ours, theirs) = (ends[0], ends[1])
    do {
      try await SystemCommand.perform(
        command.detached,
        input: .fileDescriptor(FileDescriptor(rawValue: theirs), closeAfterSpawningProcess: true))
      let processes = processes
      let process = try await blocking { () throws(Unknown) in
        try Self.introduction(from: ours, bootID: processes.bootID())
      }
      return Pending(process: process, socket: ours)
    } catch {
      close(ours)
      throw error
    }
  }

  /// Waits until the process has said who it is.
  private static func introduction(
    from socket: CInt, bootID: String
  ) throws(Unknown) -> ProcessIdentity {
    var patience = timeval(tv_sec: introductionSeconds, tv_usec: 0)
    setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var line: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 128)
    while line.count < 128, line.last != UInt8(ascii: "\n") {
      let count = recv(socket, &piece, piece.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      line += piece[..<count]
    }
    guard let process = launchedProcess(in: line, bootID: bootID) else {
      throw Unknown(
        .unanswerable,
        "expected the launched process to say its number within \(introductionSeconds)s, "
          + "found \(line.isEmpty ? "nothing" : "another text"): is there a /bin/sh and a /proc?")
    }
    return process
  }
}

extension SystemCommand {
  /// Runs a system program to its end.
  /// - Throws: ``Unknown`` when it could not be run, or did not end with 0.
  static func perform(
    _ command: SystemCommand, input: some InputProtocol = .none
  ) async throws {
    let status = try await status(of: command, input: input)
    guard status.isSuccess else {
      throw Unknown(.unanswerable, "\(command.program) ended with \(status)")
    }
  }

  /// Runs a system program and says how it ended.
  static func status(
    of command: SystemCommand, input: some InputProtocol = .none
  ) async throws -> TerminationStatus {
    var options = PlatformOptions()
    // Ctrl-C goes to everybody in the terminal's process group. It is pawl's to decide what to leave half
    // done, so its helpers are not in that group.
    options.processGroupID = 0
    let environment = Self.environment.map { (Environment.Key(stringLiteral: $0), $1) }
    return try await Subprocess.run(
      .path(command.program), arguments: Arguments(command.arguments),
      environment: .custom(Dictionary(uniqueKeysWithValues: environment)), platformOptions: options,
      input: input, output: .discarded, error: .discarded
    ).terminationStatus
  }
}
