import Capabilities
import Control
import Decisions
import Diagnostics
import Fleets
import Foundation
import Glibc
import Journaling
import Presentation
import Settings
import Vocabulary

/// Puts the parts of one delivery together as pawl.yaml says: the only place that knows every concrete one.
///
/// Making it reads pawl.yaml and nothing else; each part is made when it is asked for.
struct Assembly: Sendable {
  let settings: DeliverySettings
  let actor: ActorName
  let console: Console
  let clock = SystemClock()
  /// Where relative paths in pawl.yaml start.
  let folder: String

  /// - Parameter changes: what pawl.yaml is taken to say instead, for a rehearsal.
  init(
    _ options: CommonOptions, changing changes: [SettingsChange] = []
  ) throws(ProcessFailure) {
    let text = try TextFile.read(
      options.config, what: "the settings of the delivery",
      advice: "'pawl init' writes one, or name yours with --config")
    switch DeliverySettings.parse(text: text, file: options.config, changing: changes) {
    case .accepted(let settings, _): self.settings = settings
    case .refused(let report): throw ProcessFailure(report, in: options.config)
    }
    folder = (options.config as NSString).deletingLastPathComponent
    actor = options.actor ?? .ofThisProcess
    console = Console(options)
  }

  /// The same delivery with its journal elsewhere.
  init(_ other: Assembly, keepingJournalIn journal: JournalSettings) {
    settings = other.settings.keepingJournal(in: journal)
    actor = other.actor
    console = other.console
    folder = other.folder
  }

  /// `path` of pawl.yaml as this process reaches it.
  func path(_ path: LocalPath) -> String {
    path.text.hasPrefix("/") || folder.isEmpty ? path.text : folder + "/" + path.text
  }
}

// MARK: - Journal

extension Assembly {
  /// What the journal says, without changing anything; an empty state when there is none yet.
  /// - Throws: also when some of it is altered, cut off or not understood: it may be an order to stop.
  func state() throws(ProcessFailure) -> ControlState {
    guard let journal = try existingJournal() else { return ControlState() }
    do throws(JournalFailure) {
      let found = try journal.verifySinceSnapshot()
      if let fault = found.faults.first {
        throw .tampered(path: journal.path, at: fault.at, detail: fault.description)
      }
      if let row = found.quarantined.first { throw .notUnderstood(at: row.position) }
      return try DecisionLoop(journal: journal).state
    } catch {
      throw ProcessFailure(error)
    }
  }

  /// Puts orders into the journal without performing anything; whoever leads acts on them.
  func order(_ commands: Command...) throws(ProcessFailure) -> ControlState {
    let journal = try journal()
    do throws(JournalFailure) {
      var loop = try DecisionLoop(journal: journal)
      _ = try loop.submit(commands.map { .command($0, by: actor) }, at: clock.now())
      return loop.state
    } catch {
      throw ProcessFailure(error)
    }
  }
}

extension ProcessFailure {
  /// Findings in a file.
  init(_ report: FindingReport, in file: String) {
    self.init(
      .settings, "\(file) cannot be used: \(report.summary)",
      advice: "mend the findings; every key is in docs/reference/configuration.md",
      details: report.findings.map(\.description))
  }
}

extension ActorName {
  /// `$PAWL_ACTOR`, else the user and the host.
  static var ofThisProcess: ActorName {
    if let told = Environment.value(of: "PAWL_ACTOR"), let name = try? ActorName(parsing: told) {
      return name
    }
    // A job often has no $USER.
    let registered = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
    let user = Environment.value(of: "USER") ?? registered ?? "uid-\(getuid())"
    let name = printable("\(user)@\(ProcessInfo.processInfo.hostName)", charactersMax: 100)
    return (try? ActorName(parsing: name)) ?? "nobody-in-particular"
  }
}
