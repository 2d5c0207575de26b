import Foundation
import SystemPackage
import Vocabulary

extension RegistryServer.Access {
  /// Writes the registry's configuration, and what belongs to it, and says where it is.
  func configure(in directory: FilePath, reportingTo listener: HTTPAddress?) throws -> FilePath {
    var text = """
      version: 0.1
      log: {level: info, accesslog: {disabled: true}}
      storage:
        filesystem: {rootdirectory: "\(directory.appending("storage"))"}
        delete: {enabled: true}
      http: {addr: "127.0.0.1:0"}

      """
    switch self {
    case .open:
      break
    case .password:
      let users = directory.appending("htpasswd")
      // bcrypt of RegistryServer.password; the registry takes no other scheme.
      try write(
        "\(RegistryServer.user):$2y$04$abcdefghijklmnopqrstuuivs3hiWvWMkZA8OZev1jEJQFBHQ2Yze\n",
        to: users)
      text += "auth: {htpasswd: {realm: pawl-tests, path: \"\(users)\"}}\n"
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

  private func write(_ text: String, to file: FilePath) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
  }
}
