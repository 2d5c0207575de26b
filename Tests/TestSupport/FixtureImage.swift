import Foundation
public import Vocabulary

/// An image to be pushed to a ``RegistryServer``: real manifest, real config, real layers, made in
/// memory and byte for byte the same every time.
///
/// ```swift
/// let image = FixtureImage.release(of: commit, files: [.init("app/tenant", program, mode: 0o755)])
/// let digest = try await registry.push(image, to: "acme/platform", tags: ["staging-\(commit)"])
/// ```
public struct FixtureImage: Sendable {
  /// One file of a layer, with its path inside the image, without a leading slash.
  public struct File: Sendable {
    public let path: String
    public let contents: [UInt8]
    public let mode: Int

    public init(_ path: String, _ contents: [UInt8], mode: Int = 0o644) {
      self.path = path
      self.contents = contents
      self.mode = mode
    }
  }

  /// How a layer is stored.
  public enum Compression: Sendable {
    case none
    /// Slow for megabytes in a debug build; use it for small files.
    case gzip
  }

  /// The family of media types it is written in.
  public enum Format: Sendable {
    case oci
    case docker
  }

  public var labels: [String: String] = [:]
  /// Lowest first.
  public var layers: [[File]] = []
  public var entrypoint: [String] = ["/app"]
  public var command: [String] = []
  public var environment: [String] = []
  public var workingDirectory = ""
  public var system = "linux"
  public var architecture = "amd64"
  public var compression: Compression = .none
  public var format: Format = .oci

  public init() {}

  /// An image that says it was built from `commit`, with one layer of `files`.
  public static func release(
    of commit: Commit, source: String? = nil, files: [File] = []
  ) -> FixtureImage {
    var image = FixtureImage()
    image.labels["org.opencontainers.image.revision"] = commit.text
    image.labels["org.opencontainers.image.source"] = source
    image.layers = [files]
    return image
  }

  /// Its parts, as they are pushed.
  public var built: BuiltManifest {
    let stored = layers.map { files in
      let tar = Self.tar(files)
      return (tar: tar, blob: compression == .gzip ? gzip(storing: tar) : tar)
    }
    let config = json(
      [
        "architecture": architecture, "os": system,
        "config": [
          "Entrypoint": entrypoint, "Cmd": command, "Env": environment,
          "WorkingDir": workingDirectory, "Labels": labels,
        ] as [String: Any],
        "rootfs": ["type": "layers", "diff_ids": stored.map { digest(of: $0.tar).text }]
          as [String: Any],
      ])
    let manifest = json([
      "schemaVersion": 2, "mediaType": manifestType,
      "config": descriptor(of: config, configType),
      "layers": stored.map { descriptor(of: $0.blob, layerType) },
    ])
    return BuiltManifest(
      bytes: manifest, mediaType: manifestType, blobs: [config] + stored.map(\.blob), children: [])
  }

  private var manifestType: String {
    switch format {
    case .oci: "application/vnd.oci.image.manifest.v1+json"
    case .docker: "application/vnd.docker.distribution.manifest.v2+json"
    }
  }

  private var configType: String {
    switch format {
    case .oci: "application/vnd.oci.image.config.v1+json"
    case .docker: "application/vnd.docker.container.image.v1+json"
    }
  }

  private var layerType: String {
    switch (format, compression) {
    case (.oci, .none): "application/vnd.oci.image.layer.v1.tar"
    case (.oci, .gzip): "application/vnd.oci.image.layer.v1.tar+gzip"
    case (.docker, .none): "application/vnd.docker.image.rootfs.diff.tar"
    case (.docker, .gzip): "application/vnd.docker.image.rootfs.diff.tar.gzip"
    }
  }

  private static func tar(_ files: [File]) -> [UInt8] {
    var archive = TarArchive()
    var directories: [String] = []
    for file in files {
      let parts = file.path.split(separator: "/").dropLast()
      for count in parts.indices.map({ $0 + 1 }) {
        let directory = parts.prefix(count).joined(separator: "/")
        guard !directories.contains(directory) else { continue }
        directories.append(directory)
        archive.add(directory, .directory(mode: 0o755))
      }
      archive.add(file.path, .file(file.contents, mode: file.mode))
    }
    archive.finish()
    return archive.bytes
  }
}

/// A manifest or index with all that must lie in the repository before it.
public struct BuiltManifest: Sendable {
  public let bytes: [UInt8]
  public let mediaType: String
  public let blobs: [[UInt8]]
  public let children: [BuiltManifest]

  public init(bytes: [UInt8], mediaType: String, blobs: [[UInt8]], children: [BuiltManifest]) {
    self.bytes = bytes
    self.mediaType = mediaType
    self.blobs = blobs
    self.children = children
  }

  public var digest: Digest { TestSupport.digest(of: bytes) }
}

/// `object` as JSON with its keys in order, so that the bytes, and with them the digests, repeat.
func json(_ object: [String: Any]) -> [UInt8] {
  guard
    let data = try? JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
  else { preconditionFailure("a fixture is made of what JSON can say") }
  return Array(data)
}

func descriptor(of bytes: [UInt8], _ mediaType: String) -> [String: Any] {
  ["mediaType": mediaType, "digest": digest(of: bytes).text, "size": bytes.count]
}
