/// Recognises, in what git says of an answer, that the host asks to slow down.
public enum GitRateLimit {
  /// Whether `complaint` tells of a limit of the host's.
  ///
  /// Hosts answer 429; or 403, as for a missing right, with the reason as text. git hands a reason on
  /// in lines that begin with `remote:`, unless it is a page (`show_http_message` in git's
  /// remote-curl.c). A 403 without a reason is a missing right.
  public static func isTold(by complaint: String) -> Bool {
    let text = complaint.lowercased()
    if text.contains("error: 429") { return true }
    return text.split(whereSeparator: \.isNewline).contains { line in
      line.hasPrefix("remote:") && phrases.contains { line.contains($0) }
    }
  }

  /// What GitHub and GitLab say. Each has a blank in it, because a missing right is told with the
  /// name of the repository ("Permission to acme/rate-limit.git denied"), and no name has one.
  private static let phrases = [
    "rate limit", "too many requests", "requested too many times", "abuse detection",
  ]
}
