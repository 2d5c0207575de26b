public import Vocabulary

/// Who follows what was promoted last, and by when they were promised to run it.
public struct Following: Hashable, Sendable, Codable {
  /// The run that promoted it.
  let run: RunID
  public let commit: Commit
  public let promotedAt: Timestamp
  public let within: TimeSpan
  /// As they were last counted.
  public internal(set) var slugs: [TenantSlug]
  /// Whether they have still to be moved: no follow-up has ended but by giving way to something else.
  var isOwed = true

  /// When all of them have to be proven.
  public var deadline: Timestamp { promotedAt.advanced(by: within) }

  init(
    run: RunID, commit: Commit, promotedAt: Timestamp, within: TimeSpan, slugs: [TenantSlug]
  ) {
    self.run = run
    self.commit = commit
    self.promotedAt = promotedAt
    self.within = within
    self.slugs = slugs
  }
}
