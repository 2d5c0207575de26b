import Foundation
public import SystemPackage

/// A real `sshd` on a free port of this machine, which lets its own user in with one key.
public final class SSHServer: Sendable {
  public let port: String
  /// What git is told to run: with the key, and with the server's own key known.
  public let command: String

  private let program: StartedProgram
  /// Held while it listens.
  private let ports: Ports

  /// - Parameter folder: an empty one, for keys and settings.
  public init(in folder: FilePath) async throws {
    try await requireInstalled("sshd")
    try await requireInstalled("ssh-keygen")
    // Where sshd, as root, puts the part of itself that has no rights. Nothing is ever written there.
    if geteuid() == 0 {
      try FileManager.default.createDirectory(
        atPath: "/run/sshd", withIntermediateDirectories: true)
    }
    for name in ["host", "key"] {
      try Self.run(
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.appending(name).string)
    }
    ports = try Ports(1)
    port = String(ports.numbers[0])
    let words = Pipe()
    program = try Self.start(on: port, in: folder, saying: words)
    guard Self.listens(words) else { throw TestFailure("expected sshd to listen on port \(port)") }
    let hostKey = try String(contentsOfFile: folder.appending("host.pub").string, encoding: .utf8)
    try "[127.0.0.1]:\(port) \(hostKey)".write(
      toFile: folder.appending("known").string, atomically: true, encoding: .utf8)
    command =
      "ssh -i \(folder.appending("key")) -o UserKnownHostsFile=\(folder.appending("known")) "
      + "-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o BatchMode=yes"
  }

  deinit {
    program.send(SIGTERM)
    program.wait()
  }

  private static func start(
    on port: String, in folder: FilePath, saying words: Pipe
  ) throws -> StartedProgram {
    let settings = folder.appending("sshd.conf").string
    try """
    Port \(port)
    ListenAddress 127.0.0.1
    HostKey \(folder.appending("host"))
    AuthorizedKeysFile \(folder.appending("key.pub"))
    StrictModes no
    UsePAM no
    PasswordAuthentication no
    PidFile none
    LogLevel INFO

    """.write(toFile: settings, atomically: true, encoding: .utf8)
    return try StartedProgram(
      "/usr/sbin/sshd", ["-D", "-e", "-f", settings], error: .pipe(words))
  }

  /// Reads what it says until it listens, or ends.
  private static func listens(_ words: Pipe) -> Bool {
    var said = ""
    while let piece = try? words.fileHandleForReading.read(upToCount: 1), !piece.isEmpty {
      said += String(decoding: piece, as: UTF8.self)
      // Its lines end with a carriage return, which makes one character with the newline.
      if said.contains("Server listening on"), said.unicodeScalars.last == "\n" { return true }
    }
    return false
  }

  private static func run(_ program: String, _ arguments: String...) throws {
    let (code, output) = try StartedProgram.run(
      "/usr/bin/" + program, arguments, joinsStreams: true)
    guard code == 0 else {
      let words = String(decoding: output, as: UTF8.self)
      throw TestFailure("expected \(program) to succeed, found exit code \(code): \(words)")
    }
  }
}
