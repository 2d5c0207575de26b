import Vocabulary

/// What a tag shows, and whether somebody else put it there.
struct ShownTag {
  let digest: Digest
  let isForeign: Bool
  /// Whether the image says which commit it was built from.
  var isLabelled = true
  /// What it showed before the last write, and when that was.
  var before: Digest?
  var since: Int64 = 0
}
