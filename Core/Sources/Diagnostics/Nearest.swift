/// What a person probably meant by `word`: the closest of `candidates`, or nil when none is close.
///
/// Close is at most one slip in a short word and three in a long one, where a slip is a letter too
/// many, too few, wrong, or swapped with its neighbour; case does not count. The first of equals
/// wins.
public func nearest(to word: String, in candidates: [String]) -> String? {
  let typed = Array(word.lowercased().unicodeScalars.prefix(wordScalarsMax + 1))
  guard !typed.isEmpty, typed.count <= wordScalarsMax else { return nil }
  var best: (word: String, slips: Int)?
  for candidate in candidates {
    let meant = Array(candidate.lowercased().unicodeScalars)
    guard meant.count <= wordScalarsMax else { continue }
    let length = max(typed.count, meant.count)
    let allowed = min(length - 1, length <= 4 ? 1 : length <= 8 ? 2 : 3)
    guard abs(typed.count - meant.count) <= allowed else { continue }
    let slips = slipsBetween(typed, meant)
    if slips <= allowed, slips < best?.slips ?? Int.max { best = (candidate, slips) }
  }
  return best?.word
}

/// Longer words are not compared: the effort grows with the square of the length.
private let wordScalarsMax = 64

/// The optimal string alignment distance: Levenshtein's, with the swap of two neighbours as one
/// slip.
private func slipsBetween(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, leftScalar) in left.enumerated() {
    var current = [row + 1]
    for (column, rightScalar) in right.enumerated() {
      let replaced = last[column] + (leftScalar == rightScalar ? 0 : 1)
      var slips = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, leftScalar == right[column - 1], left[row - 1] == rightScalar {
        slips = min(slips, beforeLast[column - 1] + 1)
      }
      current.append(slips)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
