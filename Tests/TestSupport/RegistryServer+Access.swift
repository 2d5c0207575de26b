import Foundation
import SystemPackage
import Vocabulary

extension RegistryServer.Access {
  /// Writes the registry's configuration, and what belongs to it, and says where it is.
  func configure(
    in directory: FilePath, reportingTo listener: HTTPAddress?, isLogging: Bool
  ) throws -> FilePath {
    var text = """
      version: 0.1
      log: {level: info, accesslog: {disabled: \(!isLogging)}}
      storage:
        filesystem: {rootdirectory: "\(directory.appending("storage"))"}
        delete: {enabled: true}
      http: {addr: "127.0.0.1:0"\(tls)}

      """
    switch self {
    case .open, .tls:
      break
    case .password:
      // bcrypt of RegistryServer.password; the registry takes no other scheme.
      text += try basic(
        "\(RegistryServer.user):$2y$04$abcdefghijklmnopqrstuuivs3hiWvWMkZA8OZev1jEJQFBHQ2Yze",
        in: directory)
    case .otherPassword(_, _, let line):
      text += try basic(line, in: directory)
    case .token(let realm, let certificate):
      text += """
        auth:
          token: {realm: "\(realm)", service: "\(TokenServer.service)", issuer: pawl-tests,
                  rootcertbundle: "\(certificate)"}

        """
    }
    if let listener {
      // Every push, in order, each repeated until it was answered (distribution, "Notifications").
      text += """
        notifications:
          endpoints:
            - {name: tests, url: "\(listener)/", timeout: 5s, threshold: 10, backoff: 100ms,
               ignore: {actions: [pull]}}

        """
    }
    let configuration = directory.appending("registry.yml")
    try write(text, to: configuration)
    return configuration
  }

  /// Itself, with what it needs made.
  func made(in directory: FilePath) async throws -> Self {
    guard case .tls = self else { return self }
    let pair = try await Certificates.selfSigned(in: directory, name: "registry")
    return .tls(certificate: pair.certificateFile, key: pair.keyFile)
  }

  func authority() throws -> [UInt8]? {
    guard case .tls(let certificate, _) = self else { return nil }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: certificate.string)))
  }

  private var tls: String {
    guard case .tls(let certificate, let key) = self else { return "" }
    return ", tls: {certificate: \"\(certificate)\", key: \"\(key)\"}"
  }

  private func basic(_ line: String, in directory: FilePath) throws -> String {
    let users = directory.appending("htpasswd")
    try write(line + "\n", to: users)
    return "auth: {htpasswd: {realm: pawl-tests, path: \"\(users)\"}}\n"
  }

  private func write(_ text: String, to file: FilePath) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
  }
}
