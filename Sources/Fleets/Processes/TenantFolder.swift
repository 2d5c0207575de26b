import FoundationEssentials
import SystemPackage
import Vocabulary

/// Where one tenant's state, lock, log and working folder lie.
struct TenantFolder: Sendable {
  let slug: TenantSlug
  /// `tenants/<slug>` in the driver's folder.
  let path: FilePath
  let log: FilePath

  private static let stateBytesMax = 64 * 1024
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
  private var state: FilePath { path.appending("state.json") }

  func make() throws(Unknown) {
    try Disk.makeFolders(work)
    try Disk.makeFolders(log.removingLastComponent())
  }

  /// What was recorded; nil when nothing ever was.
  /// - Throws: when it cannot be read or understood. It is never replaced by a fresh one then: that would
  ///   forget the highest token, and with it what keeps an older order out.
  func load() throws(Unknown) -> TenantState? {
    guard let bytes = try Disk.read(state, bytesMax: Self.stateBytesMax) else { return nil }
    struct Format: Decodable { let format: Int }
    do {
      let format = try JSONDecoder().decode(Format.self, from: Data(bytes)).format
      guard format <= TenantState.formatWritten else {
        throw Unknown(
          .unanswerable,
          "expected format \(TenantState.formatWritten) or older in \(state), found \(format): "
            + "use the newer pawl that wrote it")
      }
      return try JSONDecoder().decode(TenantState.self, from: Data(bytes))
    } catch let unknown as Unknown {
      throw unknown
    } catch {
      throw Unknown(
        .malformed,
        "expected the recorded state of tenant \(slug) in \(state), found something else: stop the "
          + "tenant, then move the file away to begin anew")
    }
  }

  /// Records `new` durably.
  func store(_ new: TenantState) throws(Unknown) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try encoder.encode(new))
    } catch {
      throw Unknown(.unanswerable, "could not write down the state of tenant \(slug)")
    }
    try Disk.replace(state, with: bytes)
  }

  /// Sets a log that has grown large aside as `.1`, in place of the one set aside before.
  func rotateLog() throws(Unknown) {
    guard let size = try Disk.size(of: log), size > Self.logBytesMax else { return }
    try Disk.rename(log, to: FilePath(log.string + ".1"))
  }
}
