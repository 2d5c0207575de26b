import Dispatch
import Glibc
import SystemPackage
import Vocabulary

/// The file operations of this driver. Each failure names the path and what was tried; a file that cannot
/// be read is never taken for one that does not exist.
enum Disk {
  /// What lies at a path, not following a symbolic link.
  enum Kind: Hashable, Sendable {
    case file(mode: mode_t)
    case folder(mode: mode_t)
    case link
    /// A device, pipe or socket.
    case special
  }

  /// The content of the file; nil when there is provably none.
  static func read(_ path: FilePath, bytesMax: Int) throws(Unknown) -> [UInt8]? {
    let descriptor: FileDescriptor
    do throws(Errno) {
      descriptor = try open(path, .readOnly)
    } catch {
      // ESRCH is what /proc says of a process that ended between two looks.
      if error == .noSuchFileOrDirectory || error == .noSuchProcess { return nil }
      throw failure("read", path, error)
    }
    defer { try? descriptor.close() }
    do {
      var content: [UInt8] = []
      while content.count <= bytesMax {
        let piece = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if piece.isEmpty { return content }
        content += piece
      }
      throw Unknown(.tooLarge, "\(path) is larger than \(bytesMax) bytes")
    } catch let errno as Errno {
      if errno == .noSuchProcess { return nil }
      throw failure("read", path, errno)
    } catch let unknown as Unknown {
      throw unknown
    } catch {
      throw Unknown(.unanswerable, "could not read \(path)")
    }
  }

  /// Replaces the file durably: after a power cut it holds either the old or the new content, whole, and
  /// after this returns the new.
  static func replace(_ path: FilePath, with content: [UInt8]) throws(Unknown) {
    let new = FilePath(path.string + ".new")
    do {
      let descriptor = try open(
        new, .writeOnly, [.create, .truncate], permissions: .ownerReadWrite)
      try descriptor.closeAfter {
        try descriptor.writeAll(content)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch {
      throw failure("write", new, error as? Errno ?? .ioError)
    }
    try rename(new, to: path)
    try makeDurable(path.removingLastComponent())
  }

  static func rename(_ old: FilePath, to new: FilePath) throws(Unknown) {
    try check("rename \(old) to", new) {
      old.withPlatformString { old in new.withPlatformString { Glibc.rename(old, $0) } }
    }
  }

  /// Makes the names in a folder survive a power cut.
  static func makeDurable(_ folder: FilePath) throws(Unknown) {
    do throws(Errno) {
      let descriptor = try open(folder, .readOnly, [.directory])
      defer { try? descriptor.close() }
      guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      throw failure("make durable", folder, error)
    }
  }

  /// Makes a folder and those above it, readable by its owner only; harmless when it exists.
  static func makeFolders(_ path: FilePath) throws(Unknown) {
    if case .folder = try kind(of: path) { return }
    let parent = path.removingLastComponent()
    if !parent.isEmpty, parent != path { try makeFolders(parent) }
    do throws(Unknown) {
      try makeFolder(path)
    } catch {
      // Somebody else may have made it in between.
      guard case .folder = try kind(of: path) else { throw error }
    }
  }

  static func makeFolder(_ path: FilePath) throws(Unknown) {
    try check("make the folder", path) { path.withPlatformString { mkdir($0, 0o700) } }
  }

  static func setMode(_ path: FilePath, _ mode: mode_t) throws(Unknown) {
    try check("set the mode of", path) { path.withPlatformString { chmod($0, mode) } }
  }

  /// What lies there; nil when provably nothing does.
  static func kind(of path: FilePath) throws(Unknown) -> Kind? {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else {
      let errno = Errno(rawValue: errno)
      if errno == .noSuchFileOrDirectory || errno == .notDirectory { return nil }
      throw failure("look at", path, errno)
    }
    let mode = status.st_mode & 0o7777
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(mode: mode)
    case S_IFDIR: return .folder(mode: mode)
    case S_IFLNK: return .link
    default: return .special
    }
  }

  /// How many bytes the file has; nil when there is provably none.
  static func size(of path: FilePath) throws(Unknown) -> Int64? {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else {
      let errno = Errno(rawValue: errno)
      if errno == .noSuchFileOrDirectory { return nil }
      throw failure("look at", path, errno)
    }
    return Int64(status.st_size)
  }

  /// Where a symbolic link points; nil when it is none, or gone.
  static func target(of link: FilePath) throws(Unknown) -> FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = link.withPlatformString { readlink($0, &buffer, Int(PATH_MAX)) }
    if count >= 0 {
      return buffer.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { FilePath(platformString: $0) }
      }
    }
    let errno = Errno(rawValue: errno)
    switch errno {
    case .invalidArgument, .noSuchFileOrDirectory, .notDirectory, .noSuchProcess: return nil
    default: throw failure("read the link", link, errno)
    }
  }

  /// The names in a folder, sorted; nil when there is provably no such folder.
  static func names(in folder: FilePath) throws(Unknown) -> [FilePath.Component]? {
    guard let stream = folder.withPlatformString({ opendir($0) }) else {
      let errno = Errno(rawValue: errno)
      if errno == .noSuchFileOrDirectory || errno == .noSuchProcess { return nil }
      throw failure("list", folder, errno)
    }
    defer { closedir(stream) }
    var names: [FilePath.Component] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          characters.baseAddress.flatMap { FilePath.Component(platformString: $0) }
        }
      }
      if let name, name.kind == .regular { names.append(name) }
      errno = 0
    }
    let last = errno
    guard last == 0 || last == ESRCH else { throw failure("list", folder, Errno(rawValue: last)) }
    return names.sorted { $0.string < $1.string }
  }

  /// Removes what lies at `path` and everything below it, following no link. Harmless when nothing does.
  static func removeTree(_ path: FilePath) throws(Unknown) {
    switch try kind(of: path) {
    case nil: return
    case .folder(let mode):
      // An image may hold folders that even their owner may not write in.
      if mode & 0o700 != 0o700 { try setMode(path, 0o700) }
      for name in try names(in: path) ?? [] { try removeTree(path.appending(name)) }
      try check("remove", path) { path.withPlatformString { rmdir($0) } }
    case .file, .link, .special:
      try check("remove", path) { path.withPlatformString { unlink($0) } }
    }
  }

  /// Opens a file so that no child process inherits it.
  static func open(
    _ path: FilePath, _ mode: FileDescriptor.AccessMode,
    _ options: FileDescriptor.OpenOptions = [], permissions: FilePermissions? = nil
  ) throws(Errno) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        path, mode, options: options.union(.closeOnExec), permissions: permissions)
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  static func failure(_ verb: String, _ path: FilePath, _ errno: Errno) -> Unknown {
    Unknown(.unanswerable, "could not \(verb) \(path): \(errno)")
  }

  private static func check(
    _ verb: String, _ path: FilePath, _ call: () -> CInt
  ) throws(Unknown) {
    guard call() == 0 else { throw failure(verb, path, Errno(rawValue: errno)) }
  }
}

/// Runs `work`, which waits for the disk or another process, on a thread that may wait, so that the few
/// threads all tasks share go on.
func blocking<Value: Sendable>(
  _ work: @escaping @Sendable () throws(Unknown) -> Value
) async throws(Unknown) -> Value {
  let result: Result<Value, Unknown> = await withCheckedContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(returning: Result(catching: work)) }
  }
  return try result.get()
}
