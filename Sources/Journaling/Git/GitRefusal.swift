import Control
import Forges

/// Recognises why git could not do what it was asked to, so that the words can be ours: its own
/// can carry what a remote sent.
struct GitRefusal {
  let place: GitJournalPlace

  /// Why the repository was not reached, or did not take what it was sent.
  /// - Returns: whether asking again may help, and what to say.
  func reason(_ answer: GitRun.Answer, doing what: String) -> (mayPass: Bool, JournalFailure) {
    let text = (answer.complaint + "\n" + String(decoding: answer.output, as: UTF8.self))
      .lowercased()
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    let path = place.description

    if says("no space left", "disk quota exceeded") { return (false, .full(path: path)) }
    if says("read-only file system", "insufficient permission for adding an object") {
      return (false, .readOnly(path: path))
    }
    if says(
      "hook declined", "protected branch", "protected ref", "deny updating", "gh006", "gh013",
      "prohibited", "refusing to", "hidden ref", "not allowed to push", "denied by policy")
    {
      return (
        false,
        failed(
          "the server refuses pushes to \(place.reference): exempt it from the "
            + "rule that protects it, or from the hook (a rule for 'refs/pawl/*' that lets this "
            + "identity create and update, never force or delete), or name another with 'journal'")
      )
    }
    // Before what 403 means otherwise: a limit is told with it, too, and passes by itself.
    if GitRateLimit.isTold(by: answer.complaint) {
      return (
        true,
        .unreachable(
          path: path,
          detail: "\(place.remote) asks to slow down; wait some minutes, and if git has no "
            + "credential for it, give git one: that raises the limit")
      )
    }
    if says(
      "error: 403", "denied to", "permission to", "write access", "insufficient permission",
      "you are not allowed", "returned error: 405")
    {
      return (
        false,
        failed(
          "the credential git has may not \(what) \(place.reference): give it write "
            + "access to the repository's contents (in GitHub Actions 'permissions: contents: write', "
            + "elsewhere a deploy key or token with write access)")
      )
    }
    if says(
      "authentication failed", "could not read username", "could not read password",
      "error: 401", "permission denied (", "host key verification failed",
      "terminal prompts disabled")
    {
      return (
        false,
        failed(
          "\(place.remote) wants a credential that git has not; give git a token "
            + "by a credential helper or http.extraHeader, or ssh a key; try: git ls-remote \(place.remote)"
        )
      )
    }
    if says("permission denied", "unable to create temporary") {
      return (false, .readOnly(path: path))
    }
    if says("dubious ownership") {
      return (
        false,
        failed(
          "git refuses \(place.remote) because another user owns it; if you trust "
            + "it: git config --global --add safe.directory \(place.remote)")
      )
    }
    if says(
      "does not appear to be a git repository", "repository not found", "does not exist",
      "not a git repository", "error: 404")
    {
      return (
        false, .unreachable(path: path, detail: "there is no git repository at \(place.remote)")
      )
    }
    return (
      true,
      .unreachable(
        path: path, detail: "\(place.remote) was not reached; try: git ls-remote \(place.remote)")
    )
  }

  func failure(_ ending: GitRun.Ending) -> JournalFailure {
    switch ending {
    case .notInstalled:
      failed("the program 'git' is not installed or not in PATH; install git")
    case .outOfTime:
      .unreachable(
        path: place.description, detail: "git did not come to an end in the time allowed")
    case .unusable(let detail): failed(detail)
    }
  }

  /// Of a command that only touches this machine.
  func local(_ answer: GitRun.Answer, _ command: String) -> JournalFailure {
    let text = answer.complaint.lowercased()
    if text.contains("no space left") { return .full(path: place.cache) }
    if text.contains("permission denied") || text.contains("read-only") {
      return .readOnly(path: place.cache)
    }
    return .failed(
      path: place.cache,
      detail: "git \(command) exited with \(answer.code) in pawl's own copy; remove that folder, "
        + "it is made anew")
  }

  func failed(_ detail: String) -> JournalFailure {
    .failed(path: place.description, detail: detail)
  }
}
