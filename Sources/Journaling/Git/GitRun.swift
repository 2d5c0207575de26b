import Control
import Forges
import Foundation
import Glibc
import Vocabulary

/// Runs `git` to its end and waits for it: a journal's calls block.
///
/// A list of arguments, a session of its own without a terminal, bounded time and output.
struct GitRun: Sendable {
  /// The directory that git runs in and looks for a repository, and nowhere above it.
  let directory: String
  let timeLimit: TimeSpan

  static let outputBytesMax = 1 << 30
  static let complaintBytesMax = 64 << 10

  /// What one run came to.
  struct Answer {
    let code: Int32
    let output: [UInt8]
    /// What it said on standard error; recognised, and never shown.
    let complaint: String

    var lines: [Substring] { String(decoding: output, as: UTF8.self).split(separator: "\n") }
  }

  enum Ending: Error {
    case notInstalled
    case outOfTime
    case unusable(String)
  }

  /// - Throws: ``Ending`` when there is no exit code. What git did until then is not known.
  func callAsFunction(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
  ) throws(Ending) -> Answer {
    var pipes = try Pipes()
    defer { pipes.close() }
    let process = try spawn(
      ["git", "-C", directory] + GitSurroundings.settings + arguments, environment, pipes)
    pipes.closeTheirs()
    let isInTime = pipes.exchange(input, within: timeLimit)
    if !isInTime { kill(-process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard isInTime else { throw .outOfTime }
    guard status & 0x7F == 0 else { throw .unusable("git was ended by signal \(status & 0x7F)") }
    let code = (status >> 8) & 0xFF
    guard code != 127 else { throw .notInstalled }
    return Answer(
      code: code, output: pipes.output,
      complaint: String(decoding: pipes.complaint, as: UTF8.self))
  }

  private func spawn(
    _ arguments: [String], _ environment: [String: String], _ pipes: Pipes
  ) throws(Ending) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in pipes.theirs.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID: nothing that git starts finds a terminal to ask a person on, and all of
    // it can be ended together.
    posix_spawnattr_setflags(&attributes, 0x80)
    var process: pid_t = 0
    let code = withCStrings(arguments) { arguments in
      withCStrings(surroundings(environment)) { environment in
        posix_spawnp(&process, "git", &actions, &attributes, arguments, environment)
      }
    }
    guard code != ENOENT else { throw .notInstalled }
    guard code == 0 else { throw .unusable("git could not be started (error \(code))") }
    return process
  }

  /// The environment of this process, `added` to it, and what every git of ours gets.
  private func surroundings(_ added: [String: String]) -> [String] {
    let own =
      GitSurroundings.variables(ceiling: directory)
      + added.map { (name: $0.key, value: $0.value) }
    let users = ProcessInfo.processInfo.environment.filter { variable in
      !own.contains { $0.name == variable.key }
    }
    return users.map { $0.key + "=" + $0.value }
      + own.compactMap { variable in variable.value.map { variable.name + "=" + $0 } }
  }
}

/// The three streams of a child.
private struct Pipes {
  /// The child's ends: input, output, complaints.
  private(set) var theirs: [Int32] = []
  private var ours: [Int32] = []
  private(set) var output: [UInt8] = []
  private(set) var complaint: [UInt8] = []

  init() throws(GitRun.Ending) {
    for number in 0..<3 {
      var ends: [Int32] = [-1, -1]
      // Socket pairs, because only they are closed in other children from the very first moment.
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
        close()
        throw .unusable("there are no descriptors left for a pipe")
      }
      theirs.append(ends[number == 0 ? 0 : 1])
      ours.append(ends[number == 0 ? 1 : 0])
    }
  }

  mutating func closeTheirs() {
    for descriptor in theirs { Glibc.close(descriptor) }
    theirs = []
  }

  mutating func close() {
    closeTheirs()
    for descriptor in ours where descriptor >= 0 { Glibc.close(descriptor) }
    ours = []
  }

  /// Writes the input and reads what comes, until the child has closed both.
  /// - Returns: false when the time was over first.
  mutating func exchange(_ input: [UInt8], within limit: TimeSpan) -> Bool {
    var rest = input[...]
    _ = fcntl(ours[0], F_SETFL, O_NONBLOCK)
    var remaining = limit.milliseconds
    if rest.isEmpty { end(0) }
    while ours[1] >= 0 || ours[2] >= 0 {
      var watched = [(0, POLLOUT), (1, POLLIN), (2, POLLIN)].map {
        pollfd(fd: ours[$0.0], events: Int16($0.1), revents: 0)
      }
      // In steps, so that what is left is known without reading a clock: a step that ends early
      // counts for nothing, and there is at least one byte then.
      let step = min(remaining, 100)
      let ready = poll(&watched, 3, Int32(step))
      if ready == 0 {
        remaining -= step
        guard remaining > 0 else { return false }
        continue
      }
      guard ready > 0 || errno == EINTR else { return false }
      if watched[0].revents != 0 { write(&rest) }
      if watched[1].revents != 0 { read(1, into: \.output, max: GitRun.outputBytesMax) }
      if watched[2].revents != 0 { read(2, into: \.complaint, max: GitRun.complaintBytesMax) }
    }
    return true
  }

  private mutating func write(_ rest: inout ArraySlice<UInt8>) {
    let count = rest.withUnsafeBytes {
      send(ours[0], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    // It may end without reading all; its exit code says why.
    if count < 0, errno != EAGAIN, errno != EINTR { rest = [] }
    if count > 0 { rest = rest.dropFirst(count) }
    if rest.isEmpty { end(0) }
  }

  private mutating func read(
    _ number: Int, into stream: WritableKeyPath<Pipes, [UInt8]>, max: Int
  ) {
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let count = Glibc.read(ours[number], &piece, piece.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    guard count > 0 else { return end(number) }
    // What is over is read and dropped, so that the child does not wait for ever.
    self[keyPath: stream] += piece.prefix(min(count, max - self[keyPath: stream].count))
  }

  private mutating func end(_ number: Int) {
    if ours[number] >= 0 { Glibc.close(ours[number]) }
    ours[number] = -1
  }
}
