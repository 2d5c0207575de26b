import Foundation
public import SystemPackage

/// A real `sshd` on a free port of this machine, which lets its own user in with one key.
public final class SSHServer: Sendable {
  public let port: String
  /// What git is told to run: with the key, and with the server's own key known.
  public let command: String

  private let process: Foundation.Process

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
    var attempt = 0
    while true {
      let port = String(UInt16.random(in: 20_000..<32_000))
      let process = try Self.start(on: port, in: folder)
      // It closes its output once it has a port, or says that the port is taken and ends.
      if Self.listens(process) {
        self.process = process
        self.port = port
        break
      }
      attempt += 1
      guard attempt < 5 else { throw TestFailure("expected sshd to find a free port") }
    }
    let hostKey = try String(contentsOfFile: folder.appending("host.pub").string, encoding: .utf8)
    try "[127.0.0.1]:\(port) \(hostKey)".write(
      toFile: folder.appending("known").string, atomically: true, encoding: .utf8)
    command =
      "ssh -i \(folder.appending("key")) -o UserKnownHostsFile=\(folder.appending("known")) "
      + "-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o BatchMode=yes"
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  private static func start(on port: String, in folder: FilePath) throws -> Foundation.Process {
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
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: "/usr/sbin/sshd")
    process.arguments = ["-D", "-e", "-f", settings]
    process.standardError = Pipe()
    try process.run()
    return process
  }

  /// Reads what it says until it listens, or ends.
  private static func listens(_ process: Foundation.Process) -> Bool {
    guard let pipe = process.standardError as? Pipe else { return false }
    var said = ""
    while let piece = try? pipe.fileHandleForReading.read(upToCount: 1), !piece.isEmpty {
      said += String(decoding: piece, as: UTF8.self)
      // Its lines end with a carriage return, which makes one character with the newline.
      if said.contains("Server listening on"), said.unicodeScalars.last == "\n" { return true }
    }
    return false
  }

  private static func run(_ program: String, _ arguments: String...) throws {
    let process = try Foundation.Process.run(
      URL(fileURLWithPath: "/usr/bin/" + program), arguments: arguments)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw TestFailure("expected \(program) to succeed, found \(process.terminationStatus)")
    }
  }
}
