import Foundation
import Glibc
import Vocabulary
import WorkflowLint

/// Finds and reads the files that are to be linted.
struct LintInputs {
  /// Read at most of one file; a lint takes no more than half of it.
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
    // Named twice, a file is still one: with itself it has everything in common.
    var seen: Set<String> = []
    inputs = inputs.filter { seen.insert(URL(filePath: $0.path).standardizedFileURL.path).inserted }
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
    let found = files(under: path)
    inputs += found.map(Self.read)
  }

  /// The workflows and actions of a repository, or what YAML lies in a folder of workflows.
  private mutating func files(under root: String) -> [String] {
    let prefix = root == "." ? "" : root.hasSuffix("/") ? root : root + "/"
    let own = names(in: root).filter(Self.isYAML).map { prefix + $0 }
    let isWorkflows = root.hasSuffix("workflows") || root.hasSuffix("workflows/")
    var found = isWorkflows ? own : own.filter(Self.isAction)
    for folder in Self.folders {
      found += names(in: prefix + folder).filter(Self.isYAML).map { prefix + folder + "/" + $0 }
    }
    for actions in [".gitea/actions", ".forgejo/actions", ".github/actions"] {
      for name in names(in: prefix + actions) {
        let folder = "\(prefix)\(actions)/\(name)"
        found += names(in: folder).filter(Self.isAction).map { "\(folder)/\($0)" }
      }
    }
    return found
  }

  /// What lies in a folder; nothing when there is none. One that may not be listed is an input that could
  /// not be read: what lies there would pass for clean.
  private mutating func names(in folder: String) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
      isFolder.boolValue
    else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      inputs.append(
        Lint.Input(path: folder, content: .unreadable("this user may not list the folder")))
      return []
    }
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
    // A pipe would be waited for until somebody writes to it.
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    if let type = attributes?[.type] as? FileAttributeType, type != .typeRegular {
      return Lint.Input(path: name, content: .unreadable("expected a regular file"))
    }
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
    guard bytes.count <= bytesMax else {
      return Lint.Input(path: name, content: .unreadable("it is longer than \(bytesMax) bytes"))
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
