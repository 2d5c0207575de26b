import SystemPackage
import Vocabulary

/// The file system of an unpacked image, seen from inside: a link to `/bin/app` leads to the image's
/// `/bin/app`, never to this machine's, and `..` does not lead out.
struct ImageRoot: Hashable, Sendable {
  let path: FilePath

  /// As many links as Linux follows before it answers ELOOP.
  private static let linksMax = 40

  /// The program that the first argument of an image names: an absolute path, or a name that is looked
  /// for along `searchPath`. Nil when there is no such executable file.
  func program(_ name: String, searchPath: String) throws(Unknown) -> FilePath? {
    if name.contains("/") { return try executable(FilePath(name)) }
    for folder in searchPath.split(separator: ":") {
      let candidate = FilePath(String(folder)).appending(name)
      if let found = try executable(candidate) { return found }
    }
    return nil
  }

  private func executable(_ inside: FilePath) throws(Unknown) -> FilePath? {
    guard let outside = try resolve(inside) else { return nil }
    guard case .file(let mode) = try Disk.kind(of: outside), mode & 0o111 != 0 else { return nil }
    return outside
  }

  private func resolve(_ inside: FilePath) throws(Unknown) -> FilePath? {
    var left = Array(inside.components.reversed())
    var resolved = path
    var depth = 0
    var links = 0
    while let component = left.popLast() {
      switch component.kind {
      case .currentDirectory: continue
      case .parentDirectory:
        if depth > 0 {
          resolved.removeLastComponent()
          depth -= 1
        }
      case .regular:
        let next = resolved.appending(component)
        guard try Disk.kind(of: next) == .link, let target = try Disk.target(of: next) else {
          (resolved, depth) = (next, depth + 1)
          continue
        }
        links += 1
        guard links <= Self.linksMax else { return nil }
        if target.isAbsolute { (resolved, depth) = (path, 0) }
        left += target.components.reversed()
      }
    }
    return resolved
  }
}
