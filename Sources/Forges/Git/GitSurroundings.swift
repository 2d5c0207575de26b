/// How pawl runs `git`, whoever does: with the user's own settings for proxies, certificates and
/// credential helpers, and without what would point git at another repository or history.
public enum GitSurroundings {
  /// No collecting of garbage behind our back, no hooks of the user's, no paging.
  public static let settings = [
    "--no-pager", "--no-optional-locks", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c",
    "core.hooksPath=/dev/null",
  ]

  /// What is set in the environment, and with nil what is taken out of it (`git rev-parse
  /// --local-env-vars`).
  /// - Parameter ceiling: The directory in which the search for a repository stops.
  public static func variables(ceiling: String?) -> [(name: String, value: String?)] {
    [
      ("LC_ALL", "C"), ("LANGUAGE", nil), ("GIT_TERMINAL_PROMPT", "0"),
      ("GIT_ALLOW_PROTOCOL", "file:http:https:ssh"), ("GIT_NO_REPLACE_OBJECTS", "1"),
      ("GIT_GRAFT_FILE", "/dev/null"), ("GIT_CEILING_DIRECTORIES", ceiling),
    ] + removed.map { ($0, nil) }
  }

  private static let removed = [
    "GIT_REPLACE_REF_BASE", "GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_TRACE",
    "GIT_TRACE_CURL", "GIT_TRACE_PACKET", "GIT_CURL_VERBOSE",
  ]
}
