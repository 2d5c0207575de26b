import Control
import Foundation

/// The file of a journal, asked before SQLite is: its own answers do not tell a missing directory
/// from a missing right.
struct JournalFile {
  /// Absolute, so that it keeps its meaning when the process changes directory, and can never start
  /// with `file:`, which SQLite would take for a URI with options.
  let path: String

  init(_ path: String) {
    let isAbsolute = path.hasPrefix("/")
    self.path = isAbsolute ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  var directory: String {
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return parent.isEmpty ? "/" : String(parent)
  }

  var exists: Bool { access(path, F_OK) == 0 }

  /// - Throws: when there is no directory for the file, or something else lies in its place.
  func checkPlace() throws(JournalFailure) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory),
      isDirectory.boolValue
    else {
      throw .unavailable(path: path, detail: "the directory \(directory) does not exist; create it")
    }
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    {
      throw .unavailable(path: path, detail: "expected a file, found a directory")
    }
  }

  /// - Throws: when this user may not write the file, or the directory, where SQLite keeps its -wal
  ///   file.
  func checkWritable() throws(JournalFailure) {
    guard access(directory, W_OK | X_OK) == 0, !exists || access(path, W_OK) == 0 else {
      throw .readOnly(path: path)
    }
  }

  /// Whether the file system itself refuses every write, so that nobody can be changing the file.
  var isOnReadOnlyFileSystem: Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
  }

  /// Gives the finished file at `draft` this name, unless somebody else was first, and makes the
  /// name durable. Link, not rename: a rename would replace the journal of the one who was first.
  func publish(_ draft: String) throws(JournalFailure) {
    guard link(draft, path) == 0 || errno == EEXIST else { throw failure(errno) }
    let descriptor = Foundation.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(errno) }
  }

  /// Removes a draft and what SQLite may have left beside it.
  func discard(_ draft: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
  }

  private func failure(_ code: Int32) -> JournalFailure {
    switch code {
    case EROFS, EACCES, EPERM: .readOnly(path: path)
    case ENOSPC, EDQUOT: .full(path: path)
    default: .failed(path: path, detail: String(cString: strerror(code)))
    }
  }
}
