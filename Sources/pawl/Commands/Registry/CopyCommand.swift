import ArgumentParser
import Presentation
import Registries
import Vocabulary

/// Copies an image with everything it lists.
struct CopyCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copy an image, all platforms and attestations, keeping its digest.",
    discussion: """
      Inside a registry blobs are taken over without being sent; between registries they are passed on as \
      they come in. The tag is set last. The same command again sends nothing.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RegistryOptions
  @Argument(help: "host/repository:tag or @digest.", transform: { try ImageReference(typed: $0) })
  var source: ImageReference
  @Argument(help: "host/repository:tag or @digest.", transform: { try ImageReference(typed: $0) })
  var target: ImageReference
  @Flag(help: "The target is known to be new: do not look at it first.") var fresh = false
  @Flag(
    help: "Bring what refers to the image as well, and the tags of cosign, as far as that goes.")
  var referrers = false
  @Flag(help: "Only read, and tell what would be done.") var dryRun = false

  func perform(_ console: Console) async throws -> Int32 {
    let report = try await options.withRegistry(
      common, console, to: [source.location, target.location],
      written: dryRun ? [] : [target.location]
    ) { try await copy($0) }
    console.answer(report)
    return ExitStatus.success.rawValue
  }

  private func copy(_ registry: OCIRegistry) async throws -> CopyReport {
    let summary = try await registry.copy(
      source, to: target, looksFirst: dryRun || !fresh, isDry: dryRun
    ).orFail(source)
    let others = dryRun ? [] : await bring(summary.digest, registry)
    return CopyReport(
      source: source, target: target, digest: summary.digest, manifests: summary.manifestsCount,
      blobs: summary.blobsCount, changed: summary.hasChanged, referrers: others, dryRun: dryRun)
  }

  /// What refers to the image, one line each, brought or not.
  private func bring(_ digest: Digest, _ registry: OCIRegistry) async -> [String] {
    guard referrers else { return [] }
    let summary = await registry.bringReferrers(
      ReferrerCopy(digest: digest, from: source.location, to: target.location))
    return summary.brought + summary.complaints.map { "not brought: \($0)" }
  }
}
