import Vocabulary

/// What a branch requires, as patterns.
///
/// - Throws: when one of them cannot be read. To leave it out would say that less is required than is.
func requiredPatterns(_ names: [String], what: String) throws(Unknown) -> [ContextPattern] {
  var patterns: [ContextPattern] = []
  for name in names {
    do throws(Malformed) { patterns.append(try ContextPattern(parsing: name)) } catch {
      throw Unknown(.malformed, "\(what): it requires \(error)")
    }
  }
  return patterns
}
