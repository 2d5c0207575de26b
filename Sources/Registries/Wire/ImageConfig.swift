/// The configuration of an image: labels and process settings (OCI image-spec, config.md).
struct ImageConfig: Decodable, Hashable, Sendable {
  struct Process: Decodable, Hashable, Sendable {
    let labels: [String: String]?
    let entrypoint: [String]?
    let command: [String]?
    let environment: [String]?
    let workingDirectory: String?

    enum CodingKeys: String, CodingKey {
      case labels = "Labels"
      case entrypoint = "Entrypoint"
      case command = "Cmd"
      case environment = "Env"
      case workingDirectory = "WorkingDir"
    }
  }

  let config: Process?
  let os: String?
  let architecture: String?
  let variant: String?

  /// What it runs on; nil when it does not say.
  var platform: Descriptor.Platform? {
    guard let os, let architecture, !os.isEmpty, !architecture.isEmpty else { return nil }
    return Descriptor.Platform(os: os, architecture: architecture, variant: variant)
  }

  /// No larger one is read; real ones are a few KiB.
  static let bytesMax = 4 * 1_024 * 1_024
}
