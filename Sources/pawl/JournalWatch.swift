import Control
import Decisions
import Journaling
import Presentation
import Vocabulary

/// What the journal says, asked again and again by a process that goes on.
///
/// It reads only what has come since the last time, and may block, so it runs on a thread of its own.
actor JournalWatch {
  private let assembly: Assembly
  private let executor = QueueExecutor(label: "journal-watch")
  private var loop: DecisionLoop?
  /// Whether there was a journal: one that is gone then is not one that nobody has made yet.
  private var wasThere = false

  init(_ assembly: Assembly) { self.assembly = assembly }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// The state of now; an empty one when there has been no journal yet.
  func state() -> Result<ControlState, Unknown> {
    do {
      if loop == nil {
        guard let journal = try assembly.existingJournal() else { return absent }
        wasThere = true
        loop = try DecisionLoop(journal: journal)
      } else if try !assembly.isJournalThere() {
        // What was opened can still be read, and nobody writes it any more.
        loop = nil
        return absent
      }
      _ = try loop?.refresh()
    } catch {
      loop = nil
      let what = (error as? ProcessFailure)?.message ?? "\(error)"
      return .failure(Unknown(.unanswerable, what))
    }
    guard let loop else { return .success(ControlState()) }
    guard let missing = loop.missing.first else { return .success(loop.state) }
    self.loop = nil
    return .failure(
      Unknown(.unanswerable, "entry \(missing) is not understood, and may be an order to stop"))
  }

  private var absent: Result<ControlState, Unknown> {
    guard wasThere else { return .success(ControlState()) }
    return .failure(
      Unknown(.unanswerable, "the journal \(assembly.journalPath) was there, and is gone"))
  }
}
