import SystemPackage
public import Vocabulary

/// Small files of one folder, each replaced whole and durably.
public struct KeptFiles: Sendable {
  private static let bytesMax = 64 << 20

  private let folder: FilePath

  /// - Parameter folder: made when it is missing. Relative to the current folder of this process.
  public init(folder: String) { self.folder = absolute(folder) }

  /// What a message calls the file.
  public func path(_ name: String) -> String { folder.appending(name).string }

  /// The names in the folder, sorted.
  public func names() async throws(Unknown) -> [String] {
    let folder = folder
    return try await blocking { () throws(Unknown) in
      try Disk.makeFolders(folder)
      return try Disk.names(in: folder)?.map(\.string) ?? []
    }
  }

  /// The content of a file; nil when there is provably none.
  public func content(_ name: String) async throws(Unknown) -> [UInt8]? {
    let path = folder.appending(name)
    return try await blocking { () throws(Unknown) in
      try Disk.read(path, bytesMax: Self.bytesMax)
    }
  }

  /// After this returns the file holds `content`, also after a power cut.
  public func keep(_ content: [UInt8], as name: String) async throws(Unknown) {
    let path = folder.appending(name)
    try await blocking { () throws(Unknown) in try Disk.replace(path, with: content) }
  }

  /// Harmless when there is no such file.
  public func forget(_ name: String) async throws(Unknown) {
    let path = folder.appending(name)
    try await blocking { () throws(Unknown) in try Disk.removeTree(path) }
  }
}
