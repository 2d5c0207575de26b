public import Vocabulary

/// Reads images and moves tags in OCI registries (distribution-spec). Adapters perform, they never decide.
public protocol Registry: Sendable {
  /// What lies at `reference`, read by content: digest verified against the bytes, labels from the config
  /// of the image (or of this platform's image in an index). Absent only on a proven 404.
  func inspect(_ reference: ImageReference) async -> Reading<ImageFacts>

  /// Points a tag at a manifest of the same repository by sending the manifest's own bytes again.
  ///
  /// Safe to repeat. Registries have no compare-and-swap (distribution-spec #250), so only the leader of a
  /// delivery may call it, and never while an earlier write to that tag is ambiguous.
  func point(_ write: TagWrite) async -> TagWriteResult
}
