import FoundationEssentials
import SystemPackage
import Vocabulary

/// Where one tenant's state, lock, log and working folder lie.
struct TenantFolder: Sendable {
  let slug: TenantSlug
  /// `tenants/<slug>` in the driver's folder.
  let path: FilePath
  let log: FilePath

  /// A log larger than this is set aside when the tenant is started anew.
  private static let logBytesMax: Int64 = 1024 * 1024

  init(of slug: TenantSlug, in root: FilePath) {
    self.slug = slug
    path = Self.all(in: root).appending(slug.text)
    log = root.appending("logs").appending("\(slug).log")
  }

  static func all(in root: FilePath) -> FilePath { root.appending("tenants") }

  /// Everybody of whom something may be recorded.
  static func slugs(in root: FilePath) throws(Unknown) -> [TenantSlug] {
    try Disk.names(in: all(in: root))?.compactMap { try? TenantSlug(parsing: $0.string) } ?? []
  }

  var lock: FilePath { path.appending("lock") }
  /// The tenant's current folder; its to write in.
  var work: FilePath { path.appending("work") }
  var state: FilePath { path.appending("state.json") }

  func make() throws(Unknown) {
    try Disk.makeFolders(work)
    try Disk.makeFolders(log.removingLastComponent())
  }

  /// Sets a log that has grown large aside as `.1`, in place of the one set aside before.
  func rotateLog() throws(Unknown) {
    guard let size = try Disk.size(of: log), size > Self.logBytesMax else { return }
    try Disk.rename(log, to: FilePath(log.string + ".1"))
  }
}

/// `path` as it means the same whatever the current folder becomes.
func absolute(_ path: String) -> FilePath {
  FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(path)).lexicallyNormalized()
}
