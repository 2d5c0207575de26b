import Vocabulary

/// What a tag shows, and whether somebody else put it there.
struct ShownTag {
  let digest: Digest
  let isForeign: Bool
}
