/// The right of one process to send the effects of a delivery.
///
/// Anybody may append; only the holder acts. It keeps two processes from acting at once as well as its
/// kind can: a lock of the operating system on one machine, a lease across machines. What makes an
/// overtaken process harmless is the epoch in every token and in every commit, not this
/// (docs/decisions/0030).
public protocol Leadership: Sendable {
  /// Takes the lead if nobody has it; at once, never waiting for another to let go.
  ///
  /// Asked again while it is held, before everything that is sent: keeps it, and answers false when it
  /// was lost meanwhile.
  func acquire() throws(JournalFailure) -> Bool
  /// Gives the lead back. Repeating it is harmless.
  func release()
  /// Who holds it now, as they described themselves, for people.
  func holder() -> String?
}
