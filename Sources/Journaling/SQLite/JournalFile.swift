import Control
import CoreFoundation
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

  /// Whether there is a file. Only a name that is in no folder is absent: what cannot be looked at may be a
  /// journal that forbids what is about to be done.
  /// - Throws: when that cannot be known, or when something else lies in the file's place.
  func isThere() throws(JournalFailure) -> Bool {
    switch try kind(of: path) {
    case S_IFREG: return true
    case nil:
      try checkWay()
      return false
    case S_IFDIR: throw unavailable("expected a file, found a directory")
    case S_IFIFO: throw unavailable("expected a file, found a named pipe")
    case .some: throw unavailable("expected a file, found a device or a socket")
    }
  }

  /// - Throws: when there is no directory for the file.
  func checkDirectory() throws(JournalFailure) {
    guard try kind(of: directory) == S_IFDIR else {
      throw unavailable("the directory \(directory) does not exist; create it")
    }
  }

  /// - Throws: when this user may not write the file, which is there or not, or the directory, where SQLite
  ///   keeps its -wal file.
  func checkWritable(isThere: Bool) throws(JournalFailure) {
    guard access(directory, W_OK | X_OK) == 0, !isThere || access(path, W_OK) == 0 else {
      throw .readOnly(path: path)
    }
  }

  /// Whether both are one file, whatever their paths.
  func isSame(as other: JournalFile) -> Bool {
    var ours = stat()
    var others = stat()
    return stat(path, &ours) == 0 && stat(other.path, &others) == 0
      && ours.st_dev == others.st_dev && ours.st_ino == others.st_ino
  }

  /// Folders that are not there yet begin in one that is: not behind a link that leads nowhere, as one to a
  /// disk that is not mounted does.
  private func checkWay() throws(JournalFailure) {
    var folder = directory
    while try kind(of: folder) == nil {
      let parent = JournalFile(folder).directory
      guard parent != folder else { return }
      folder = parent
    }
  }

  /// What `name` leads to, as `st_mode` has it; nil when there is nothing of that name.
  private func kind(of name: String) throws(JournalFailure) -> mode_t? {
    var status = stat()
    guard lstat(name, &status) == 0 else {
      guard errno == ENOENT else { throw unlooked(name, errno) }
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFLNK else { return status.st_mode & S_IFMT }
    guard stat(name, &status) == 0 else {
      guard errno == ENOENT else { throw unlooked(name, errno) }
      throw unavailable("\(name) is a symbolic link to something that is not there")
    }
    return status.st_mode & S_IFMT
  }

  private func unlooked(_ name: String, _ code: Int32) -> JournalFailure {
    unavailable(
      "whether there is one is not known: \(name) cannot be looked at "
        + "(\(String(cString: strerror(code))))")
  }

  private func unavailable(_ detail: String) -> JournalFailure {
    .unavailable(path: path, detail: detail)
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
