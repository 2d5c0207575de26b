import Vocabulary

/// Recognises what git complains of, so that the words can be ours: its own can carry what a remote
/// sent.
enum GitComplaint {
  /// Why a question about the repository at `path` was not answered.
  static func local(_ answer: GitAnswer, path: String, command: String) -> Unknown {
    let text = answer.complaint.lowercased()
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }

    if says("dubious ownership") {
      return Unknown(
        .forbidden,
        "git refuses \(path) because another user owns it; if you trust it: "
          + "git config --global --add safe.directory \(path)")
    }
    if says("not a git repository") {
      return Unknown(
        .unanswerable,
        "expected a git repository at \(path), found none; "
          + "give the top of a work tree or a bare repository"
      )
    }
    if says("cannot change to", "permission denied") {
      return Unknown(.forbidden, "git may not read \(path); check the permissions")
    }
    if says("unknown repository extension", "expected git repo version") {
      return Unknown(.unanswerable, "the repository at \(path) needs a newer git than this one")
    }
    if says(
      "broken ref", "missing object", "bad object", "corrupt", "loose object", "unable to read",
      "error: could not read")
    {
      return damaged(path)
    }
    return Unknown(
      .malformed, "\(command) exited with \(answer.code) in \(path); run it there to see why")
  }

  /// Why `address` was not reached.
  static func remote(_ answer: GitAnswer, address: GitRemoteAddress) -> Unknown {
    let text = answer.complaint.lowercased()
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }

    if GitRateLimit.isTold(by: answer.complaint) {
      return Unknown(
        .rateLimited,
        "\(address) asks to slow down; wait some minutes, and if git has no credential for it, give "
          + "git one: that raises the limit")
    }
    if says("error: 403") {
      return Unknown(.forbidden, "the credential git has may not read \(address)")
    }
    if says("error: 5") { return Unknown(.serverError, "\(address) failed (HTTP 5xx)") }
    if says(
      "authentication failed", "could not read username", "could not read password", "error: 401",
      "permission denied (", "host key verification failed", "terminal prompts disabled")
    {
      return Unknown(
        .unauthorized,
        "\(address) wants a credential that git has not; try: git ls-remote \(address)")
    }
    if says(
      "does not appear to be a git repository", "not found", "does not exist",
      "not a git repository")
    {
      return Unknown(
        .unanswerable, "there is no git repository at \(address); try: git ls-remote \(address)")
    }
    if says("dubious ownership") {
      return Unknown(
        .forbidden,
        "git refuses \(address) because another user owns it; if you trust it: "
          + "git config --global --add safe.directory with its path")
    }
    if says("mismatched algorithms") {
      return Unknown(
        .unanswerable, "\(address) changed its object format; remove the mirror, it is made anew")
    }
    if says("unadvertised object") {
      return Unknown(
        .unanswerable, "\(address) hands out no commits outside of its branches and tags")
    }
    return Unknown(.unreachable, "\(address) was not reached; try: git ls-remote \(address)")
  }

  static func damaged(_ path: String, _ what: String? = nil) -> Unknown {
    let found = what.map { ": \($0)" } ?? ""
    return Unknown(
      .malformed, "the repository at \(path) is damaged\(found); look at: git -C \(path) fsck")
  }
}
