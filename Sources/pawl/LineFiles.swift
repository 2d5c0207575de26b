import Control
import Foundation
import Glibc
import Presentation
import Vocabulary

/// A new file, complete and on the disk only after ``finish()``.
final class OutputFile {
  let shown: String
  private let folder: String
  private let descriptor: Int32
  private var pending: [UInt8] = []

  private static let pieceBytes = 1 << 16

  /// - Throws: when a file of that name is there, which is left as it is.
  init(_ path: String) throws(ProcessFailure) {
    shown = printable(path, charactersMax: 1_000)
    let parent = (path as NSString).deletingLastPathComponent
    folder = parent.isEmpty ? "." : parent
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ProcessFailure(
        .inputOutput, "\(shown) cannot be made: \(String(cString: strerror(errno)))",
        advice: "name a file that is not there yet, in a folder that can be written")
    }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws(JournalFailure) {
    pending += bytes
    if pending.count >= Self.pieceBytes { try flush() }
  }

  func finish() throws(JournalFailure) {
    try flush()
    guard fsync(descriptor) == 0 else { throw failure() }
    // Entries are deleted because of what this file holds, so its name has to be on the disk as well.
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw failure() }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw failure() }
  }

  private func flush() throws(JournalFailure) {
    var rest = pending[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      rest = rest.dropFirst(count)
    }
    pending = []
  }

  private func failure() -> JournalFailure {
    errno == ENOSPC || errno == EDQUOT
      ? .full(path: shown) : .failed(path: shown, detail: String(cString: strerror(errno)))
  }
}

/// The lines of a file, one after the other.
struct InputLines: ~Copyable {
  let shown: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var isAtEnd = false

  /// No entry is longer: a census of a very large fleet is a few MiB.
  private static let lineBytesMax = 64 << 20

  init(_ path: String) throws(ProcessFailure) {
    shown = printable(path, charactersMax: 1_000)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ProcessFailure(
        .inputMissing, "\(shown) cannot be read: \(String(cString: strerror(errno)))",
        advice: "name a file that 'pawl journal export' wrote")
    }
  }

  deinit { close(descriptor) }

  /// The next line without its newline; nil at the end.
  mutating func next() throws(JournalFailure) -> [UInt8]? {
    var searched = 0
    while true {
      if let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[..<newline])
        pending.removeFirst(newline + 1)
        return line
      }
      searched = pending.count
      guard !isAtEnd, searched < Self.lineBytesMax else { break }
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw .failed(path: shown, detail: String(cString: strerror(errno)))
      }
      isAtEnd = count == 0
      pending += piece[..<count]
    }
    guard pending.isEmpty else {
      throw .failed(
        path: shown, detail: "it ends in the middle of a line: it was not written in full")
    }
    return nil
  }
}
