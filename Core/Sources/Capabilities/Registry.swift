public import Vocabulary

/// Reads images and moves tags in OCI registries (distribution-spec). Adapters perform, they never decide.
public protocol Registry: Sendable {
  /// What lies at `reference`, read by content: digest verified against the bytes, labels from the config
  /// of the image, or of every image in an index. Absent only on a proven 404.
  func inspect(_ reference: ImageReference) async -> Reading<ImageFacts>

  /// Points a tag at a manifest of the same repository by sending the manifest's own bytes again.
  ///
  /// Safe to repeat. Registries have no compare-and-swap (distribution-spec #250), so only the leader of a
  /// delivery may call it, and never while an earlier write to that tag is ambiguous.
  func point(_ write: TagWrite) async -> TagWriteResult

  /// The bytes of a manifest, verified; absent only on a proven 404.
  func manifest(_ reference: ImageReference) async -> Reading<KeptManifest>

  /// Brings an image into another repository, by content and without touching a tag. What is there already
  /// is not sent again. Safe to repeat, and to give up.
  func copy(_ copy: ImageCopy) async -> ImageCopyResult

  /// Brings what refers to an image to where the image was copied, as far as that goes. Safe to repeat.
  func bringReferrers(_ copy: ReferrerCopy) async -> BroughtReferrers

  /// Finds out whether a tag may be moved, and changes nothing.
  func probe(_ probe: WriteProbe) async -> WriteProbeResult

  /// Removes a tag and nothing else, if it shows what it should. Safe to repeat.
  func remove(_ removal: TagRemoval) async -> TagRemovalResult
}
