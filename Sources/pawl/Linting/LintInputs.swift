import Foundation
import Glibc
import Vocabulary
import WorkflowLint

/// Finds and reads the files that are to be linted.
struct LintInputs {
  /// Read at most of one file; a workflow that is longer is refused by the lint with a finding.
  private static let bytesMax = 2 << 20
  private static let folders = [".gitea/workflows", ".forgejo/workflows", ".github/workflows"]

  /// Nothing to lint, or a path that leads nowhere.
  struct Missing: Error {
    let message: String
  }

  private(set) var inputs: [Lint.Input] = []

  /// - Parameters:
  ///   - paths: Files, folders of workflows, roots of repositories; the current folder when empty.
  ///     `-` is standard input.
  ///   - stdinPath: What standard input is called.
  init(_ paths: [String], stdinPath: String) throws(Missing) {
    for path in paths.isEmpty ? ["."] : paths {
      if path == "-" {
        inputs.append(Self.input(stdinPath, descriptor: STDIN_FILENO))
      } else {
        try add(path)
      }
    }
    guard !inputs.isEmpty else {
      let places = (paths.isEmpty ? ["."] : paths).joined(separator: ", ")
      throw Missing(
        message: "there is no workflow in \(places): nothing was examined, which is not clean")
    }
  }

  /// The folders of workflows under the current one, as git names them.
  static var baseFolders: [String] { folders + ["action.yml", "action.yaml"] }

  private mutating func add(_ path: String) throws(Missing) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Missing(message: "there is no file \(printable(path, charactersMax: 1_000))")
    }
    guard isFolder.boolValue else {
      inputs.append(Self.read(path))
      return
    }
    let found = Self.files(under: path)
    inputs += found.map(Self.read)
  }

  /// The workflows and actions of a repository, or what YAML lies in a folder of workflows.
  private static func files(under root: String) -> [String] {
    let prefix = root == "." ? "" : root.hasSuffix("/") ? root : root + "/"
    let own = names(in: root).filter(isYAML).map { prefix + $0 }
    let isWorkflows = root.hasSuffix("workflows") || root.hasSuffix("workflows/")
    let actions = own.filter { isAction($0) }
    let inside = folders.flatMap { folder in
      names(in: prefix + folder).filter(isYAML).map { prefix + folder + "/" + $0 }
    }
    let local = [".gitea/actions", ".forgejo/actions", ".github/actions"].flatMap { folder in
      names(in: prefix + folder).flatMap { name in
        names(in: "\(prefix)\(folder)/\(name)").filter(isAction)
          .map { "\(prefix)\(folder)/\(name)/\($0)" }
      }
    }
    return (isWorkflows ? own : actions) + inside + local
  }

  private static func names(in folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    return (names ?? []).sorted()
  }

  private static func isYAML(_ name: String) -> Bool {
    name.hasSuffix(".yml") || name.hasSuffix(".yaml")
  }

  private static func isAction(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name == "action.yml" || name == "action.yaml"
  }

  private static func read(_ path: String) -> Lint.Input {
    let name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return Lint.Input(path: name, content: .unreadable(String(cString: strerror(errno))))
    }
    defer { close(descriptor) }
    return input(name, descriptor: descriptor)
  }

  private static func input(_ name: String, descriptor: Int32) -> Lint.Input {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= bytesMax {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        return Lint.Input(path: name, content: .unreadable(String(cString: strerror(errno))))
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return Lint.Input(path: name, content: content(bytes))
  }

  static func content(_ bytes: [UInt8]) -> Lint.Input.Content {
    if bytes.contains(0) { return .unreadable("it is not text: a zero byte stands in it") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .unreadable("it is not UTF-8")
    }
    return .text(text)
  }
}
