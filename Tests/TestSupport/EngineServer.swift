public import Foundation
import Synchronization

/// A real Docker Engine, or a real Podman, for the tests of this process, started when the first of them
/// asks, by `scripts/engine`. It ends with the process, and all its containers with it: the script waits for
/// the end of its input.
public final class EngineServer: Sendable {
  /// Whether this machine can run one.
  public enum Availability: Sendable {
    case running(EngineServer)
    /// Why not.
    case impossible(String)
  }

  public enum Kind: String, Sendable {
    case docker = "swarm"
    /// Its service, which speaks Docker's API.
    case podman
  }

  /// Its socket, the only way to it.
  public let socket: String
  /// Whether it is the manager of a swarm.
  public let hasSwarm: Bool
  /// The addresses of a swarm's nodes, this one's first, where each has a network of its own.
  public let nodes: [String]

  private let script: StartedProgram
  private let input: FileHandle

  private static let started = Mutex<[Kind: Availability]>([:])

  /// The one engine of that kind in this process. Blocks until it answers. Where none can run, says so on a
  /// line of its own, once.
  public static func shared(_ kind: Kind = .docker) throws -> Availability {
    try started.withLock { started in
      if let started = started[kind] { return started }
      let availability = try start("scripts/engine", kind.rawValue)
      if case .impossible(let why) = availability {
        let sentence = "no \(kind) can run here, so its tests are skipped: \(why)"
        FileHandle.standardError.write(Data("tests: \(sentence)\n".utf8))
      }
      started[kind] = availability
      return availability
    }
  }

  /// The manager of a swarm of two engines, each in a network of its own, for as long as the value lives. To
  /// both, a registry at `port` of this machine's loopback is at that port of theirs.
  public static func swarm(reaching port: UInt16) throws -> Availability {
    let availability = try start("scripts/swarm", "\(port)")
    if case .impossible(let why) = availability {
      let sentence = "no swarm of two nodes can run here, so its test is skipped: \(why)"
      FileHandle.standardError.write(Data("tests: \(sentence)\n".utf8))
    }
    return availability
  }

  private init(
    folder: String, nodes: [String], script: StartedProgram, input: FileHandle
  ) {
    socket = folder + (nodes.isEmpty ? "" : "/node1") + "/docker.sock"
    hasSwarm =
      !nodes.isEmpty || FileManager.default.fileExists(atPath: folder + "/swarm")
    self.nodes = nodes
    self.script = script
    self.input = input
  }

  deinit {
    try? input.close()
    script.wait()
  }

  /// - Parameter script: says "ready", perhaps with addresses, or "cannot:" and why.
  private static func start(_ script: String, _ argument: String) throws -> Availability {
    let folder = "/tmp/pawl-engine-\(UInt64.random(in: .min ... .max))"
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let (input, output) = (Pipe(), Pipe())
    let running = try StartedProgram(
      root.appendingPathComponent(script).path, [folder, argument], input: .pipe(input),
      output: .pipe(output))
    var line = ""
    while !line.hasSuffix("\n") {
      guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
        throw TestFailure("expected \(script) to say 'ready' or 'cannot', found \(line)")
      }
      line += String(decoding: byte, as: UTF8.self)
    }
    let answer = line.trimmingCharacters(in: .newlines)
    let words = answer.split(separator: " ").map(String.init)
    guard words.first == "ready" else {
      return .impossible(String(answer.drop { $0 != ":" }.dropFirst().drop { $0 == " " }))
    }
    return .running(
      EngineServer(
        folder: folder, nodes: Array(words.dropFirst()), script: running,
        input: input.fileHandleForWriting))
  }

  /// Asks the engine something past pawl, with curl.
  ///
  /// - Returns: the body of the answer, whatever its status.
  @discardableResult
  public func ask(_ method: String, _ path: String, _ body: String? = nil) throws -> Data {
    let (code, output) = try StartedProgram.run(
      "/usr/bin/curl",
      [
        "--silent", "--max-time", "60", "--globoff", "--request", method, "--unix-socket", socket,
        "http://docker" + path,
      ] + (body.map { ["--header", "Content-Type: application/json", "--data", $0] } ?? []))
    guard code == 0 else {
      throw TestFailure("expected curl to reach the engine, found exit code \(code) of curl(1)")
    }
    return output
  }

  /// What it says of a container, past pawl; nil when it has none of that name.
  public func container(_ name: String) throws -> [String: Any]? {
    let data = try ask("GET", "/containers/\(name)/json")
    let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return document?["Id"] == nil ? nil : document
  }

  /// A container as a list tells of it.
  public struct Listed: Sendable {
    public let id: String
    public let name: String
    public let isRunning: Bool
  }

  /// Every container whose name begins so.
  public func containers(_ prefix: String) throws -> [Listed] {
    try list("/containers/json?all=true").compactMap { container in
      guard let id = container["Id"] as? String,
        let name = (container["Names"] as? [String])?.first?.dropFirst(),
        name.hasPrefix(prefix)
      else { return nil }
      return Listed(
        id: id, name: String(name), isRunning: container["State"] as? String == "running")
    }
  }

  /// Removes every container whose name begins so, and every service.
  public func clear(_ prefix: String) throws {
    for service in hasSwarm ? try list("/services") : [] {
      guard let spec = service["Spec"] as? [String: Any], let name = spec["Name"] as? String,
        name.hasPrefix(prefix)
      else { continue }
      try ask("DELETE", "/services/\(name)")
    }
    for container in try containers(prefix) {
      try ask("DELETE", "/containers/\(container.id)?force=true&v=true")
    }
  }

  private func list(_ path: String) throws -> [[String: Any]] {
    try JSONSerialization.jsonObject(with: try ask("GET", path)) as? [[String: Any]] ?? []
  }
}
