import Foundation
import Vocabulary

/// The shared files of the AWS tools ("Configuration and credential file settings").
struct AWSProfiles: Sendable {
  let environment: [String: String]

  private static let bytesMax = 1 << 20

  func keys(of profile: String) throws(Unknown) -> AWSKeys {
    let credentials = try section(profile, of: path("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    let config = try section(
      profile == "default" ? profile : "profile \(profile)",
      of: path("AWS_CONFIG_FILE", "config"))
    let values = credentials ?? config
    guard let values else {
      throw Unknown(
        .unauthorized,
        "expected the profile '\(profile)' in the AWS credentials or config file, found none")
    }
    guard let accessKey = values["aws_access_key_id"], let secret = values["aws_secret_access_key"]
    else {
      throw Unknown(
        .unauthorized,
        "the profile '\(profile)' holds no keys; roles, SSO and credential_process are not read here: "
          + "use 'environment' with keys from aws configure export-credentials")
    }
    return AWSKeys(
      accessKey: accessKey, secretKey: Secret(secret),
      sessionToken: values["aws_session_token"].map { Secret($0) })
  }

  private func path(_ variable: String, _ name: String) -> String {
    if let named = environment[variable], !named.isEmpty { return named }
    return (environment["HOME"] ?? "") + "/.aws/" + name
  }

  /// The settings of one section; nil when the file or the section is not there.
  private func section(_ name: String, of path: String) throws(Unknown) -> [String: String]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path), data.count <= Self.bytesMax else {
      throw Unknown(.unanswerable, "\(path): expected a readable file of at most 1 MiB")
    }
    var found: [String: String]?
    var isInside = false
    for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("[") {
        isInside =
          text.dropFirst().prefix { $0 != "]" }.trimmingCharacters(in: .whitespaces) == name
        if isInside { found = found ?? [:] }
      } else if isInside, !text.hasPrefix("#"), let equals = text.firstIndex(of: "=") {
        let key = text[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
        found?[key] = text[text.index(after: equals)...].trimmingCharacters(in: .whitespaces)
      }
    }
    return found
  }
}
