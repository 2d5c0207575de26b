import Vocabulary

/// A tenant or a tag that changed what it runs or shows, and when.
struct Movement: Hashable, Sendable {
  enum Subject: Hashable, Sendable {
    case tenant(TenantSlug)
    case tag(ImageReference)
  }

  let at: Int64
  let subject: Subject
  /// The index of the commit.
  let commit: Int
}
