import Vocabulary

/// Whether a line of settings could carry a secret that its reader did not recognise as one, as in
/// a file that is no YAML at all.
func mayHoldSecret(_ line: String) -> Bool {
  let lowercase = line.lowercased()
  return ["password", "secret", "token", "credential", "api_key", "apikey"].contains {
    lowercase.contains($0)
  } || hasUserInformation(line)
}

/// What a message repeats of the text that was found: short, printable, and without anything that
/// stands where an address holds a password.
func shown(_ text: String) -> String {
  text.isEmpty
    ? "nothing"
    : hasUserInformation(text)
      ? "an address with a user or a password in it" : "'\(printable(text, charactersMax: 60))'"
}

/// Whether `text` holds an address such as `https://user:password@host`.
private func hasUserInformation(_ text: String) -> Bool {
  var rest = text[...]
  while let separator = rest.firstRange(of: "://") {
    rest = rest[separator.upperBound...]
    if rest.prefix(while: { $0 != "/" && $0 != " " }).contains("@") { return true }
  }
  return false
}

/// A key as part of a path in a message.
func shownKey(_ key: String) -> String {
  hasUserInformation(key) ? "…" : printable(key, charactersMax: 60)
}
