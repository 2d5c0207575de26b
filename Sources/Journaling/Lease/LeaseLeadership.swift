public import Control
import Synchronization
import Vocabulary

/// Leadership across machines: a note that its holder renews, and that others take over once they
/// have not seen it change for the time that stands in it.
///
/// It keeps the process that leads alive and lets another follow it; nothing is safe because of it
/// (docs/decisions/0030). All times are measured with a monotonic clock of one process; no two
/// clocks are ever compared. A holder counts from before it asked for a renewal, everybody else
/// from after they saw it, and the holder stops at two thirds of the time.
public final class LeaseLeadership: Leadership {
  private let store: any LeaseStore
  private let terms: Terms
  private let own: LeaseNote
  private let elapsed: @Sendable () -> TimeSpan
  private let deadline: any Deadline
  private let state = Mutex(State())

  struct Terms: Sendable {
    let takeover: TimeSpan
    /// How long a renewal lasts for its holder.
    var validity: TimeSpan { .milliseconds(takeover.milliseconds * 2 / 3) }
    var renewal: TimeSpan { .milliseconds(takeover.milliseconds / 6) }
  }

  private struct State {
    var held: Held?
    /// Somebody else's note, and when it was first seen.
    var seen: (version: String, at: TimeSpan)?
    var holder: String?
    var hasLooked = false
  }

  private struct Held {
    var note: LeaseNote
    var version: String
    /// When the renewal that counts was asked for.
    var since: TimeSpan
  }

  /// - Parameters:
  ///   - holder: who this process is, for people.
  ///   - elapsed: how long the process has lived, by a clock that does not jump and goes on while
  ///     the machine sleeps.
  init(
    _ store: any LeaseStore, holder: String, nonce: String, takeover: TimeSpan,
    elapsed: @escaping @Sendable () -> TimeSpan, deadline: any Deadline = DeadMansSwitch()
  ) {
    self.store = store
    terms = Terms(takeover: takeover)
    own = LeaseNote(
      holder: printable(holder, charactersMax: 300), nonce: nonce, takeover: takeover)
    self.elapsed = elapsed
    self.deadline = deadline
  }

  public func acquire() throws(JournalFailure) -> Bool {
    try state.withLock { (state: inout State) throws(JournalFailure) -> Bool in
      guard let held = state.held else { return try take(&state) }
      let age = elapsed() - held.since
      guard age < terms.validity else {
        letGo(&state)
        return false
      }
      guard age >= terms.renewal else { return true }
      return try renew(held, age: age, &state)
    }
  }

  public func release() {
    state.withLock { state in
      guard let held = state.held else { return }
      letGo(&state)
      var note = held.note.next
      note.isFree = true
      // Only a courtesy: when it does not get through, others wait as after a crash.
      _ = try? store.swap(held.version, for: note)
    }
  }

  /// As it was when the lead was asked for last; before that, as it is.
  public func holder() -> String? {
    state.withLock { state in
      if !state.hasLooked {
        state.hasLooked = true
        // For people only: what cannot be read is nobody.
        let found = try? store.read()
        state.holder = found?.note.flatMap { $0.isFree ? nil : $0.holder }
      }
      return state.holder
    }
  }

  /// Takes the lease if it is free, or if its holder has not been heard of for as long as it said.
  private func take(_ state: inout State) throws(JournalFailure) -> Bool {
    let found = try store.read()
    let now = elapsed()
    state.hasLooked = true
    state.holder = nil
    if let found, found.note?.isFree != true, found.note?.nonce != own.nonce {
      state.holder = found.note?.holder ?? "somebody whose note cannot be read"
      guard let seen = state.seen, seen.version == found.version else {
        state.seen = (found.version, now)
        return false
      }
      guard now - seen.at >= found.note?.takeover ?? terms.takeover else { return false }
    }
    let before = elapsed()
    guard let version = try store.swap(found?.version, for: own) else { return false }
    hold(Held(note: own, version: version, since: before), &state)
    return true
  }

  private func renew(
    _ held: Held, age: TimeSpan, _ state: inout State
  ) throws(JournalFailure) -> Bool {
    let before = elapsed()
    let note = held.note.next
    do throws(JournalFailure) {
      if let version = try store.swap(held.version, for: note) {
        hold(Held(note: note, version: version, since: before), &state)
        return true
      }
      // Refused: taken over, or a renewal of our own got through and its answer did not.
      if let found = try store.read(), found.note?.nonce == own.nonce, let note = found.note {
        state.held = Held(note: note, version: found.version, since: held.since)
        return true
      }
    } catch {
      // The note still says that we lead; there is time to ask again.
      guard age < terms.validity - terms.renewal else { throw error }
      return true
    }
    letGo(&state)
    return false
  }

  private func hold(_ held: Held, _ state: inout State) {
    state.held = held
    state.seen = nil
    state.holder = own.holder
    deadline.set(in: terms.validity - (elapsed() - held.since))
  }

  private func letGo(_ state: inout State) {
    state.held = nil
    state.holder = nil
    deadline.lift()
  }
}
