public import Foundation
import Glibc
import Synchronization

/// A program that was started and lives beside the test, until it ends or is ended.
///
/// Not Foundation's `Process`: that of Swift 6.3.1 reads behind the entries of `/proc/self/fd` whenever it
/// starts a program, and crashes where nothing is mapped there (swift-corelibs-foundation#5472).
public final class StartedProgram: Sendable {
  /// Where one of its three streams leads. Of a pipe it gets its end, and this process keeps the other.
  public enum Stream {
    case inherited
    case nothing
    case pipe(Pipe)
    case file(FileHandle)
  }

  public let pid: Int32
  private let code = Mutex<CInt?>(nil)

  /// - Parameter environment: all that it gets; nil is this process's own.
  public init(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil,
    input: Stream = .inherited, output: Stream = .inherited, error: Stream = .inherited
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in zip(CInt(0)..., [input, output, error]) {
      switch stream {
      case .inherited: break
      case .nothing:
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      case .pipe(let pipe):
        posix_spawn_file_actions_adddup2(
          &actions, pipe.programEnd(of: number).fileDescriptor, number)
      case .file(let file):
        posix_spawn_file_actions_adddup2(&actions, file.fileDescriptor, number)
      }
    }
    // What pipes of other tests have open would never come to its end.
    _ = closeFrom(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that nobody ends the tests with it. Threads of Dispatch block signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    let variables = environment ?? ProcessInfo.processInfo.environment
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let settings = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var pid = pid_t()
    let failure = posix_spawn(&pid, path, &actions, &attributes, words, settings)
    guard failure == 0 else {
      throw TestFailure("expected to start \(path), found errno \(failure)")
    }
    self.pid = pid
    for (number, stream) in zip(CInt(0)..., [input, output, error]) {
      if case .pipe(let pipe) = stream { try? pipe.programEnd(of: number).close() }
    }
  }

  /// Waits until it has ended, and blocks its thread for that.
  ///
  /// - Returns: its exit code; 128 and the signal when one ended it, as shells say it. Always the same.
  @discardableResult
  public func wait() -> Int32 {
    // It stays a zombie, whose number nobody else gets, until all of these have come back.
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    return code.withLock { code in
      if let code { return code }
      var status: CInt = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      let found = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      code = found
      return found
    }
  }

  /// Does nothing to one that has been waited for.
  public func send(_ signal: Int32) {
    code.withLock { code in
      if code == nil { kill(pid, signal) }
    }
  }

  /// Runs a program to its end, and blocks its thread for that.
  ///
  /// - Parameter joinsStreams: whether what it writes to standard error is of the output, too.
  /// - Returns: see ``wait()``, and all that it wrote.
  public static func run(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil,
    input: Stream = .inherited, joinsStreams: Bool = false
  ) throws -> (code: Int32, output: Data) {
    let output = Pipe()
    let program = try StartedProgram(
      path, arguments, environment: environment, input: input, output: .pipe(output),
      error: joinsStreams ? .pipe(output) : .nothing)
    let written = output.fileHandleForReading.readDataToEndOfFile()
    return (program.wait(), written)
  }
}

/// `posix_spawn_file_actions_addclosefrom_np` of glibc 2.34 and later, which Swift does not import.
private let closeFrom = unsafeBitCast(
  dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: CloseFrom.self)
private typealias CloseFrom =
  @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

extension Pipe {
  fileprivate func programEnd(of stream: CInt) -> FileHandle {
    stream == STDIN_FILENO ? fileHandleForReading : fileHandleForWriting
  }
}
