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

  /// No larger one is read; real ones are a few KiB.
  static let bytesMax = 4 * 1_024 * 1_024
}
