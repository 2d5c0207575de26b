import SystemPackage
import TestSupport
import Testing

/// A shell in a mount namespace of its own: a full or read-only disk that nobody else sees, and that is gone
/// with the shell.
enum PrivateMounts {
  /// Runs `script`, which finds pawl in `$pawl`, the stage in `$stage`, and the settings in `$config`. It
  /// stops at the first command that fails.
  ///
  /// Ends the test without a verdict, saying why, on a machine that permits no mounts.
  static func run(_ script: String, on stage: Stage, sha: String) async throws -> Ended {
    let permitted = try await process(
      "unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
    guard permitted.code == 0 else {
      try Test.cancel("this machine permits no mounts: \(permitted)")
    }
    return try await process(
      "timeout", ["300", "unshare", "--mount", "bash", "-euo", "pipefail", "-c", script],
      environment: [
        "pawl": try Programs.pawl(), "stage": stage.folder.string, "sha": sha,
        "config": stage.path("pawl.yaml"), "HOME": stage.folder.string, "PAWL_ACTOR": "tester",
        "SWIFT_BACKTRACE": "enable=no",
      ])
  }
}
