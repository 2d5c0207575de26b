public import Control
public import Vocabulary

/// What was archived of a journal: files of JSON lines, one going on where the one before ends, from the
/// first entry on.
public struct Archive: Sendable {
  private let delivery: DeliveryName
  private var survey: Survey

  public init(of delivery: DeliveryName) {
    self.delivery = delivery
    survey = Survey(
      replaying: .empty, from: ChainLink(position: .start, hash: .genesis(of: delivery)))
  }

  /// Takes the next file.
  /// - Parameters:
  public mutating func take(
    _ name: String, _ next: () throws(JournalFailure) -> [UInt8]?
  ) throws(JournalFailure) {
    var lines = JournalLines.Parser(name, of: delivery)
    while let line = try next() {
      switch try lines.parse(line) {
      case .beginning(let base):
        guard (base?.link.position ?? .start) == survey.end.position else {
          throw .failed(
            path: name,
            detail: "it begins behind entry \(base?.link.position ?? .start), and what was read "
              + "before ends at \(survey.end.position); name the archives in order, from the first")
        }
        if let base {
          survey.join(base.link)
          survey.compare(base)
        }
      case .entry(let row): survey.take(row)
      }
    }
  }

  /// The survey so far, for whoever goes on with it.
  /// - Throws: when a journal whose first entry follows `base` does not begin where this ends.
  func survey(endingAt base: ChainLink?, in path: String) throws(JournalFailure) -> Survey {
    guard let base else {
      throw .failed(path: path, detail: "nothing of it was archived; verify it without --archive")
    }
    guard base.position == survey.end.position else {
      throw .failed(
        path: path,
        detail: "it begins behind entry \(base.position), and the archive ends at "
          + "\(survey.end.position); name every archive, in order, from the first")
    }
    var survey = survey
    survey.join(base)
    return survey
  }
}
