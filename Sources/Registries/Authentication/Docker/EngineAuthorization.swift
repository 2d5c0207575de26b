import Foundation
public import Vocabulary

extension RegistryCredential {
  /// The same credential as a container engine is told it, to pull by itself: the value of `X-Registry-Auth`,
  /// JSON in base64 for URLs (Docker Engine API, "Authentication").
  public func engineAuthorization(for host: RegistryHost) -> Secret<String> {
    switch proof {
    case .password(let user, let password):
      password.reveal { Self.encoded(["username": user, "password": $0], host) }
    case .identityToken(let token): token.reveal { Self.encoded(["identitytoken": $0], host) }
    case .registryToken(let token): token.reveal { Self.encoded(["registrytoken": $0], host) }
    }
  }

  private static func encoded(_ fields: [String: String], _ host: RegistryHost) -> Secret<String> {
    // Docker Hub is filed under the address of its first version.
    let server = host.text == "docker.io" ? "https://index.docker.io/v1/" : host.text
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard
      let json = try? encoder.encode(fields.merging(["serveraddress": server]) { $1 })
    else { preconditionFailure("texts can be written as JSON") }
    let text = json.base64EncodedString()
    return Secret(text.replacing("+", with: "-").replacing("/", with: "_"))
  }
}
