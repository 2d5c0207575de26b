/// What a driver needs to run an image without an engine: its process settings and its layers, chosen for
/// this platform and verified (OCI image-spec, config.md).
public struct RunnableImage: Hashable, Sendable {
  /// One file-system layer, lowest first.
  public struct Layer: Hashable, Sendable {
    public let digest: Digest
    /// In bytes.
    public let size: Int64
    public let mediaType: String

    public init(digest: Digest, size: Int64, mediaType: String) {
      self.digest = digest
      self.size = size
      self.mediaType = mediaType
    }
  }

  /// The manifest that was chosen.
  public let digest: Digest
  /// `Entrypoint` followed by `Cmd`; never empty.
  public let arguments: [String]
  /// `NAME=value`, in order.
  public let environment: [String]
  /// Absolute, inside the image; nil means `/`.
  public let workingDirectory: String?
  public let layers: [Layer]

  public init(
    digest: Digest, arguments: [String], environment: [String], workingDirectory: String?,
    layers: [Layer]
  ) {
    self.digest = digest
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.layers = layers
  }
}
