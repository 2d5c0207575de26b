import Vocabulary

/// One platform's image, with all that is needed to judge and to run it.
struct PlatformImage: Hashable, Sendable {
  /// The digest of its own manifest, which an index may have led to.
  let digest: Digest
  let config: ImageConfig
  let layers: [Descriptor]

  var labels: [String: String] { config.config?.labels ?? [:] }

  /// What running it takes. `reference` is for messages.
  func runnable(_ reference: ImageReference) throws(Unknown) -> RunnableImage {
    let process = config.config
    let arguments = (process?.entrypoint ?? []) + (process?.command ?? [])
    guard !arguments.isEmpty else {
      throw Unknown(.unanswerable, "\(reference): expected an Entrypoint or a Cmd, found neither")
    }
    let directory = process?.workingDirectory ?? ""
    guard directory.isEmpty || directory.hasPrefix("/") else {
      throw Unknown(.malformed, "\(reference): expected an absolute WorkingDir, found another")
    }
    return RunnableImage(
      digest: digest, arguments: arguments, environment: process?.environment ?? [],
      workingDirectory: directory.isEmpty ? nil : directory,
      layers: layers.map { .init(digest: $0.digest, size: $0.size, mediaType: $0.mediaType) })
  }
}

/// One of the images of an index, or the only one there is.
struct NamedImage: Hashable, Sendable {
  /// `linux/amd64`; nil when nobody has named it.
  let platform: String?
  let image: PlatformImage
}

extension [NamedImage] {
  /// What the image or index at `root` says of itself: what all of its images say.
  func facts(root: Digest) -> ImageFacts {
    ImageFacts(
      digest: root, revision: label("org.opencontainers.image.revision"),
      source: label("org.opencontainers.image.source"))
  }

  private func label(_ name: String) -> ImageFacts.Label {
    ImageFacts.Label(ofAll: map { ($0.platform ?? "an unnamed image", $0.image.labels[name]) })
  }
}
