import Control
import GRDB
import Vocabulary

extension JournalFailure {
  /// What an error of the store means to whoever uses the journal at `path`.
  ///
  /// SQLite's own texts and statements stay out of it: they can carry stored content.
  init(_ error: any Error, path: String) {
    switch error {
    case let failure as JournalFailure: self = failure
    case let error as DatabaseError: self.init(error, path: path)
    case is EncodingError:
      self = .failed(path: path, detail: "an entry cannot be written as JSON")
    default:
      self = .failed(path: path, detail: "\(type(of: error))")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let code = error.extendedResultCode
    // Some full disks are reported as other errors: growing the -shm file of a journal is one.
    switch (code.primaryResultCode, code) {
    case (_, .SQLITE_READONLY_DBMOVED):
      self = .failed(
        path: path, detail: "the file was moved or deleted while it was open; start again")
    case (.SQLITE_BUSY, _), (.SQLITE_LOCKED, _): self = .busy(path: path)
    case (.SQLITE_READONLY, _), (.SQLITE_PERM, _), (.SQLITE_AUTH, _): self = .readOnly(path: path)
    case (.SQLITE_FULL, _), (_, .SQLITE_IOERR_SHMSIZE): self = .full(path: path)
    case (.SQLITE_CANTOPEN, _):
      self = .unavailable(
        path: path,
        detail: "SQLite cannot open it or the files beside it (-wal, -shm); check the permissions")
    case (.SQLITE_NOTADB, _):
      self = .failed(
        path: path, detail: "expected a pawl journal, found a file that is not an SQLite database")
    case (.SQLITE_CORRUPT, _):
      self = .failed(
        path: path,
        detail: "the SQLite file is damaged (code \(code.rawValue)); restore it from a copy")
    case (.SQLITE_IOERR, _):
      self = .failed(
        path: path, detail: "the disk answered with an error (SQLite code \(code.rawValue))")
    default:
      self = .failed(path: path, detail: "SQLite answered with code \(code.rawValue)")
    }
  }
}
