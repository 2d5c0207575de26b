import Glibc
import Vocabulary

/// Ends a tenant's process and everything in its session, asking first.
struct Stopper: Sendable {
  let processes: ProcessTable
  let limits: ProcessFleet.Limits
  let patience: Patience

  private static let pause = TimeSpan.milliseconds(20)

  /// Returns when all of it is gone. False when the process was gone before.
  /// - Throws: ``Unknown/Cause/timedOut`` when something is still there in the end.
  func stop(_ leader: ProcessIdentity, of slug: TenantSlug) async throws -> Bool {
    // Listed while the leader lives: afterwards the session's number says nothing for certain.
    var members = try processes.session(ledBy: leader)
    guard !members.isEmpty else { return false }
    if try await end(members, with: SIGTERM, within: limits.stopGrace) { return true }
    members += try processes.session(ledBy: leader).filter { !members.contains($0) }
    if try await end(members, with: SIGKILL, within: limits.killWait) { return true }
    throw Unknown(
      .timedOut, "process \(leader.pid) of tenant \(slug) was killed and is still there")
  }

  private func end(
    _ members: [ProcessIdentity], with signal: CInt, within wait: TimeSpan
  ) async throws -> Bool {
    for member in members { try processes.send(signal, to: member) }
    let gone = try await patience.answer(within: wait, every: Self.pause) {
      try members.contains(where: processes.isAlive) ? nil : true
    }
    return gone != nil
  }
}
