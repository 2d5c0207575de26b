/// The right of one process to send the effects of a delivery.
///
/// Anybody may append; only the holder acts. The lock is the operating system's, so it ends with the
/// process, however that ends. It keeps two processes from acting at once on one machine; what makes an
/// overtaken process harmless is the epoch in every token, not this.
public protocol Leadership: Sendable {
  /// Takes the lead if nobody has it; at once, never waiting. Repeating it while holding is harmless.
  func acquire() throws(JournalFailure) -> Bool
  /// Gives the lead back. Repeating it is harmless.
  func release()
  /// Who holds it now, as they described themselves, for people.
  func holder() -> String?
}
