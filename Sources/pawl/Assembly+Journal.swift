import Control
import Foundation
import Journaling
import Presentation
import Settings
import Vocabulary

extension Assembly {
  /// The kinds of journal there are, each at its place.
  enum JournalPlace {
    case sqlite(String)
    case git(GitJournalPlace, takeover: TimeSpan)
    #if PostgreSQL
      case postgresql(PostgreSQLPlace, takeover: TimeSpan)
    #endif

    /// Whether both names lead to one place. A server that goes by two names is not found out.
    func isSame(as other: JournalPlace) -> Bool {
      switch (self, other) {
      case (.sqlite(let one), .sqlite(let other)): SQLiteJournal.isSame(one, other)
      case (.git(let one, _), .git(let other, _)): one.isSame(as: other)
      case (.sqlite, _), (.git, _): false
      #if PostgreSQL
        case (.postgresql(let one, _), .postgresql(let other, _)): one == other
        case (.postgresql, _): false
      #endif
      }
    }
  }

  /// Where the journal is, as pawl.yaml says.
  func journalPlace() throws(ProcessFailure) -> JournalPlace {
    switch settings.journal {
    case .sqlite(let file): return .sqlite(path(file))
    case .git(let reference, let takeover):
      return .git(
        GitJournalPlace(
          remote: repository, reference: reference.text,
          cache: absolute(folderOfCopies + "/journal-\(settings.name).git")), takeover: takeover)
    case .postgresql(let address, let takeover):
      #if PostgreSQL
        return .postgresql(PostgreSQLPlace(address: address.text), takeover: takeover)
      #else
        throw ProcessFailure(
          .settings, "this pawl was built without PostgreSQL, and 'journal' names a database",
          advice: "build it with the trait PostgreSQL, which needs libpq; it is on by default")
      #endif
    }
  }

  /// The same delivery with its journal at a place that is named on the command line.
  func keepingJournal(named text: String) throws(ProcessFailure) -> Assembly {
    switch DeliverySettings.journal(text) {
    case .accepted(let journal, _): return Assembly(self, keepingJournalIn: journal)
    case .refused(let report): throw ProcessFailure(report, in: "the name of a journal")
    }
  }

  /// For people.
  var journalPath: String {
    switch settings.journal {
    case .sqlite(let file): path(file)
    case .git(let reference, _): "git:\(reference)"
    case .postgresql(let address, _): String(address.text.prefix { $0 != "?" })
    }
  }

  /// Where pawl keeps its copies of what is elsewhere: beside the journal when that is a file.
  var folderOfCopies: String {
    let parent =
      switch settings.journal {
      case .sqlite(let file): (path(file) as NSString).deletingLastPathComponent
      case .git, .postgresql: path(".pawl")
      }
    return parent.isEmpty ? "." : parent
  }

  /// The repository that commits come from, as `git push` takes it from any directory.
  private var repository: String {
    let text = settings.source.location.text
    guard settings.source.location.isLocal, !text.hasPrefix("file://") else { return text }
    return absolute(text.hasPrefix("/") || folder.isEmpty ? text : folder + "/" + text)
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  /// The journal, to append to; made when it is missing, with the folder it lies in.
  func journal() throws(ProcessFailure) -> any StoredJournal {
    try openJournal(at: try journalPlace(), .acting)
  }

  /// The journal, to look at; nil when there surely is none yet.
  func existingJournal() throws(ProcessFailure) -> (any StoredJournal)? {
    guard try isJournalThere() else { return nil }
    return try openJournal(at: try journalPlace(), .inspecting)
  }

  /// Whether there is anything to open: a git reference or a database is asked by opening it.
  func isJournalThere() throws(ProcessFailure) -> Bool {
    guard case .sqlite(let file) = try journalPlace() else { return true }
    return try isThere(file)
  }

  private func isThere(_ file: String) throws(ProcessFailure) -> Bool {
    do throws(JournalFailure) {
      return try SQLiteJournal.isThere(at: file)
    } catch {
      throw ProcessFailure(error)
    }
  }

  func openJournal(
    at place: JournalPlace, _ mode: JournalMode
  ) throws(ProcessFailure) -> any StoredJournal {
    if case .sqlite(let file) = place, mode == .acting, try !isThere(file) {
      try makeFolder(of: file)
    }
    let journal = try opened(at: place, mode)
    if mode == .acting, journal.isNew {
      console.remark(Line("a new journal was begun at \(journal.path)", .warning))
    }
    for note in journal.ignoredSnapshots {
      console.remark(Line("! \(note); it is not used, the entries were read instead", .warning))
    }
    return journal
  }

  private func opened(
    at place: JournalPlace, _ mode: JournalMode
  ) throws(ProcessFailure) -> any StoredJournal {
    do throws(JournalFailure) {
      switch place {
      case .sqlite(let file):
        return try SQLiteJournal.open(path: file, delivery: settings.name, mode: mode)
      case .git(let place, _):
        return try SharedJournal.open(place, delivery: settings.name, mode: mode) { [clock] in
          clock.now()
        }
      #if PostgreSQL
        case .postgresql(let place, _):
          return try SharedJournal.open(place, delivery: settings.name, mode: mode)
      #endif
      }
    } catch {
      throw ProcessFailure(error)
    }
  }

  private func makeFolder(of file: String) throws(ProcessFailure) {
    let parent = (file as NSString).deletingLastPathComponent
    guard !parent.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw ProcessFailure(
        .journalNotCreated,
        "the folder of the journal, \(parent), does not exist and cannot be made",
        advice: "make it, or name another with 'journal' in pawl.yaml")
    }
  }

  /// Who may act: by a lock on one machine, by a lease across machines.
  ///
  /// - Parameter command: what this process was started to do, for whoever finds it leading.
  func leadership(command: String) throws(ProcessFailure) -> any Leadership {
    let now = { @Sendable [clock] in clock.now() }
    let elapsed = Alarms(clock: ContinuousClock()).stopwatch()
    let holder = OSLeadership.description(of: command, since: clock.now())
    let place = try journalPlace()
    do throws(JournalFailure) {
      switch place {
      case .sqlite(let file): return OSLeadership(journal: file, command: command, now: now)
      case .git(let place, let takeover):
        return try LeaseLeadership(
          place, holder: holder, takeover: takeover, now: now, elapsed: elapsed)
      #if PostgreSQL
        case .postgresql(let place, let takeover):
          return LeaseLeadership(
            place, of: settings.name, holder: holder, takeover: takeover, elapsed: elapsed)
      #endif
      }
    } catch {
      throw ProcessFailure(error)
    }
  }

  /// How often others are looked for: a look at a git remote is a connection of its own.
  var pollInterval: TimeSpan {
    switch settings.journal {
    case .sqlite: Controller.pollInterval
    case .git(_, let takeover): min(.seconds(1), .milliseconds(takeover.milliseconds / 12))
    case .postgresql: .milliseconds(250)
    }
  }
}
