import Foundation
import Glibc
import Presentation
import Vocabulary

/// Text files that a person names.
enum TextFile {
  /// More than any settings file that a person writes.
  static let bytesMax = 1 << 20

  /// - Parameters:
  ///   - what: What the file is, for people: `the settings of the delivery`.
  ///   - advice: The next step when it is not there.
  static func read(
    _ path: String, what: String, advice: String
  ) throws(ProcessFailure) -> String {
    let shown = printable(path, charactersMax: 1_000)
    // Opening a named pipe would wait for somebody who writes.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let why = errno == ENOENT ? "there is no file" : String(cString: strerror(errno)) + ":"
      throw ProcessFailure(
        .inputMissing, "expected \(what), found nothing to read: \(why) \(shown)", advice: advice)
    }
    defer { close(descriptor) }
    // What has no position is no file: a pipe, a socket or a terminal.
    guard lseek(descriptor, 0, SEEK_CUR) >= 0 else {
      throw ProcessFailure(
        .inputMissing, "expected \(what) in a file, found a pipe or a terminal: \(shown)",
        advice: advice)
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= bytesMax {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ProcessFailure(
          .inputMissing, "\(shown) cannot be read: \(String(cString: strerror(errno)))",
          advice: advice)
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    guard bytes.count <= bytesMax else {
      throw ProcessFailure(
        .settings, "expected \(what) in at most \(bytesMax) bytes, found more: \(shown)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProcessFailure(
        .settings, "expected \(what) in UTF-8, found other bytes: \(shown)",
        advice: "save it as UTF-8")
    }
    return text
  }
}
