import Foundation

/// The tree these tests hold to its rules, read once.
struct Repository {
  /// The repository this file is compiled from.
  static let this = Repository(
    root: URL(filePath: #filePath).ancestor(levels: 5), isSkipped: isMadeByTools)

  /// Every text file, by path.
  let files: [TextFile]
  /// Every Swift file among them, with its tokens.
  let swiftFiles: [SwiftFile]
  /// Every Markdown page among them.
  let pages: [MarkdownPage]
  /// The files that may be executed.
  let executables: [String]

  init(root: URL, isSkipped: (String) -> Bool) {
    var files: [TextFile] = []
    var executables: [String] = []
    for path in Self.paths(under: root, isSkipped: isSkipped) {
      let url = root.appending(path: path)
      // Files that are not text (images, archives) have no rules here.
      guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
      files.append(TextFile(path: path, text: text))
      if FileManager.default.isExecutableFile(atPath: url.path) { executables.append(path) }
    }
    self.files = files
    self.executables = executables
    swiftFiles = files.filter { $0.path.hasSuffix(".swift") }.map(SwiftFile.init)
    pages = files.filter { $0.path.hasSuffix(".md") }.map(MarkdownPage.init)
  }

  func file(_ path: String) -> TextFile? { files.first { $0.path == path } }

  func page(_ path: String) -> MarkdownPage? { pages.first { $0.path == path } }

  func swiftFiles(under folder: String) -> [SwiftFile] {
    swiftFiles.filter { $0.path.hasPrefix(folder + "/") }
  }

  /// The names of the folders directly in `folder` that hold a text file, sorted.
  func folders(in folder: String) -> [String] {
    let inside = files.lazy.map(\.path).filter { $0.hasPrefix(folder + "/") }
    let names = inside.compactMap { path -> String? in
      let steps = path.dropFirst(folder.count + 1).split(separator: "/")
      return steps.count > 1 ? String(steps[0]) : nil
    }
    return Set(names).sorted()
  }

  private static func paths(under root: URL, isSkipped: (String) -> Bool) -> [String] {
    guard let walker = FileManager.default.enumerator(atPath: root.path) else { return [] }
    var paths: [String] = []
    while let path = walker.nextObject() as? String {
      if isSkipped(URL(filePath: path).lastPathComponent) {
        walker.skipDescendants()
      } else if (walker.fileAttributes?[.type] as? FileAttributeType) == .typeRegular {
        paths.append(path)
      }
    }
    return paths.sorted()
  }

  /// What git ignores, too: products of builds and of demos.
  private static func isMadeByTools(_ name: String) -> Bool {
    let hidden = [".git", ".swiftpm", ".pawl", ".demo", "Package.resolved"]
    return hidden.contains(name) || name.hasPrefix(".build")
  }
}

/// A file of the repository, with its path from the root.
struct TextFile {
  let path: String
  let text: String

  /// Its lines without their ends; the first is number 1.
  var lines: [(number: Int, text: Substring)] {
    zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)).map { ($0, $1) }
  }
}

extension URL {
  fileprivate func ancestor(levels: Int) -> URL {
    (0..<levels).reduce(self) { url, _ in url.deletingLastPathComponent() }
  }
}
