import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Vocabulary

/// Reads one answer to its end and not beyond its limit.
struct AnswerReader: Sendable {
  let request: HTTPRequest
  let limits: HTTPLimits
  let progress: Progress
  let sink: Connections.Sink?

  func read(_ response: HTTPClientResponse) async throws -> HTTPAnswer {
    let status = Int(response.status.code)
    let headers = response.headers.map { HTTPHeader($0.name, $0.value) }
    guard (200..<300).contains(status) else {
      let body = try await refusal(response.body)
      return HTTPAnswer(
        status: status, headers: headers, body: body ?? [], isBodyWhole: body != nil)
    }
    let body = try await success(response)
    return HTTPAnswer(status: status, headers: headers, body: body)
  }

  /// Nil when there is more of it than is worth reading: what the status says counts all the same.
  private func refusal(_ body: HTTPClientResponse.Body) async throws -> [UInt8]? {
    var bytes: [UInt8] = []
    for try await piece in body {
      progress.receive(bytes: piece.readableBytes)
      guard bytes.count + piece.readableBytes <= HTTPLimits.refusalBytesMax else { return nil }
      bytes.append(contentsOf: piece.readableBytesView)
    }
    return bytes
  }

  private func success(_ response: HTTPClientResponse) async throws -> [UInt8] {
    // A HEAD announces the length of what a GET would bring, and brings nothing.
    let announced = request.method == .head ? nil : response.headers.first(name: "content-length")
    if let announced = announced.flatMap(Int.init), announced > limits.bodyBytesMax {
      throw tooLarge(response)
    }
    var kept: [UInt8] = []
    var count = 0
    for try await piece in response.body {
      count += piece.readableBytes
      progress.receive(bytes: piece.readableBytes)
      guard count <= limits.bodyBytesMax else { throw tooLarge(response) }
      if let sink {
        progress.deliver()
        try await deliver(Array(piece.readableBytesView), to: sink, of: response)
      } else {
        kept.append(contentsOf: piece.readableBytesView)
      }
    }
    return kept
  }

  /// An error of the sink is not the network's, and must not be tried again as if it were.
  private func deliver(
    _ bytes: [UInt8], to sink: Connections.Sink, of response: HTTPClientResponse
  ) async throws {
    do {
      try await sink(bytes)
    } catch let unknown as Unknown {
      throw ExchangeFailure(unknown, .answered(status: Int(response.status.code)))
    } catch {
      let sentence = "\(request): the bytes could not be taken: \(error)"
      throw ExchangeFailure(
        Unknown(.unanswerable, sentence), .answered(status: Int(response.status.code)))
    }
  }

  private func tooLarge(_ response: HTTPClientResponse) -> ExchangeFailure {
    let sentence = "\(request): expected at most \(limits.bodyBytesMax) bytes, found more"
    return ExchangeFailure(
      Unknown(.tooLarge, sentence), .answered(status: Int(response.status.code)))
  }
}
