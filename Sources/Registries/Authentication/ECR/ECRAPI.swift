import Capabilities
import Transport
import Vocabulary

/// Amazon ECR's own interface, as far as pawl needs it: signed JSON calls (Amazon ECR API Reference).
struct ECRAPI: Sendable {
  let address: HTTPAddress
  let region: String
  let reader: AWSKeyReader
  let wallClock: any WallClock

  private static let answerBytesMax = 1 << 20

  /// What came of one call.
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    /// Whose keys it was signed with, for people.
    let signer: String
  }

  func call(_ operation: String, _ body: [UInt8]) async throws(Unknown) -> Answer {
    let keys = try await reader.keys()
    let limits = HTTPLimits(
      bodyBytesMax: Self.answerBytesMax, attempt: .seconds(15), total: .seconds(45), retry: .reads)
    switch await reader.connections.exchange(request(operation, body, keys), limits: limits) {
    case .failure(let failure): throw failure.unknown
    case .success(let answer):
      return Answer(
        status: answer.status, body: answer.body, signer: "AWS \(keys.name) of \(reader.source)")
    }
  }

  private func request(_ operation: String, _ body: [UInt8], _ keys: AWSKeys) -> HTTPRequest {
    var request = HTTPRequest(.post, RequestTarget(literal: "/"), at: address)
    request.body = body
    request.repetition = .freely
    let time = wallClock.now().compact
    var fields = [
      (name: "content-type", value: "application/x-amz-json-1.1"),
      (name: "host", value: address.authority),
      (name: "x-amz-date", value: time),
      (name: "x-amz-target", value: "AmazonEC2ContainerRegistry_V20150921.\(operation)"),
    ]
    keys.sessionToken?.reveal { fields.append((name: "x-amz-security-token", value: $0)) }
    request.authorization = SignatureV4(time: time, region: region, service: "ecr").authorization(
      "POST", path: "/", fields: fields, body: body, keys: keys)
    request.headers = fields.filter { $0.name != "host" }.map { HTTPHeader($0.name, $0.value) }
    return request
  }
}
