import SystemPackage
public import Transport
public import Vocabulary

/// Where a container engine answers: Docker's, or one that speaks like it.
public struct EngineAddress: Sendable {
  enum Way: Sendable {
    case socket(String)
    case network(HTTPAddress, TrustRoots?)
  }

  let way: Way

  /// Through a socket file of this machine. Relative paths start at the current folder of this process.
  public static func socket(_ path: String) -> EngineAddress {
    EngineAddress(way: .socket(absolute(path).string))
  }

  /// Over the network. `trust` names its authority, and shows our own certificate where it asks for one.
  public static func network(_ address: HTTPAddress, trust: TrustRoots?) -> EngineAddress {
    EngineAddress(way: .network(address, trust))
  }

  /// What messages call it.
  var name: String {
    switch way {
    case .socket(let path): path
    case .network(let address, _): address.text
    }
  }

  func request(_ method: HTTPRequest.Method, _ target: RequestTarget) -> HTTPRequest {
    switch way {
    case .socket(let path):
      var request = HTTPRequest(method, target, at: HTTPAddress(normalized: "http://docker"))
      request.socket = path
      return request
    case .network(let address, let trust):
      var request = HTTPRequest(method, target, at: address)
      request.trust = trust
      return request
    }
  }
}
