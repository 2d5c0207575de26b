/// What a journal is opened for (docs/decisions/0008).
public enum JournalMode: Hashable, Sendable {
  /// To append, and to act on what it says: created when missing, refused when it was tampered
  /// with.
  case acting
  /// To look: nothing is ever written, and what is still good in a damaged journal is handed out.
  case inspecting
}
