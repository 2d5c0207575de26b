import Foundation
import TestSupport
import Transport

/// An exchange with a real Gitea, as it was recorded.
struct Recording: Sendable {
  let status: Int
  let answer: HTTPAnswer

  /// - Parameter name: below `Fixtures`, such as `gitea-1.25.4/006-auth-token`.
  init(_ name: String) throws {
    struct Document: Decodable {
      struct Response: Decodable {
        let status: Int
        let headers: [[String]]
      }
      let response: Response
    }
    let data = try Fixture.data("\(name).json")
    let document = try JSONDecoder().decode(Document.self, from: data)
    let whole = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let body = (whole?["response"] as? [String: Any])?["body"] ?? NSNull()
    let bytes =
      if let text = body as? String { Data(text.utf8) } else {
        try JSONSerialization.data(withJSONObject: body, options: .fragmentsAllowed)
      }
    status = document.response.status
    answer = HTTPAnswer(
      status: status, headers: document.response.headers.map { HTTPHeader($0[0], $0[1]) },
      body: Array(bytes))
  }
}

enum Fixture {
  static func data(_ name: String) throws -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try Data(contentsOf: folder.appendingPathComponent("../Fixtures/\(name)"))
  }
}
