public import Capabilities
import Foundation
public import Transport
public import Vocabulary

/// Asks a Prometheus server, or whatever speaks its HTTP API, one query at a time.
public struct PrometheusMetrics: Metrics {
  private static let bodyBytesMax = 1 << 20

  private let url: HTTPAddress
  private let token: Secret<String>?
  private let connections: Connections

  /// - Parameter url: the root of the server, below a path or not; `/api/v1/query` is added.
  public init(url: HTTPAddress, token: Secret<String>?, connections: Connections) {
    self.url = url
    self.token = token
    self.connections = connections
  }

  public func value(of query: MetricQuery) async -> Reading<Double> {
    let what = "the metric query"
    guard let target = Self.target(query) else {
      return .unknown(Unknown(.unanswerable, "\(what) is too long to be sent"))
    }
    var request = HTTPRequest(.get, target, at: url)
    request.repetition = .freely
    request.authorization = token.map { token in token.reveal { Secret("Bearer " + $0) } }
    let limits = HTTPLimits(
      bodyBytesMax: Self.bodyBytesMax, attempt: .seconds(15), total: .seconds(30), retry: .reads)
    switch await connections.exchange(request, limits: limits) {
    case .failure(let failure): return .unknown(failure.unknown)
    case .success(let answer) where answer.status == 400 || answer.status == 422:
      return .unknown(
        Unknown(
          .unanswerable,
          "\(request) was answered \(answer.status): the server does not accept the query"))
    case .success(let answer) where answer.status != 200:
      return .unknown(answer.unknown(to: request))
    case .success(let answer): return Self.value(answer.body)
    }
  }

  private struct Document: Decodable {
    struct Data: Decodable {
      let resultType: String
      let result: Result
    }
    let status: String
    let data: Data
  }

  /// A scalar, or the samples of a vector.
  private enum Result: Decodable {
    case scalar(String)
    case vector([String])

    private struct Series: Decodable { let value: Sample }

    /// `[1718229600.1, "0.25"]`.
    private struct Sample: Decodable {
      let text: String
      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        _ = try container.decode(Double.self)
        text = try container.decode(String.self)
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self =
        if let sample = try? container.decode(Sample.self) { .scalar(sample.text) } else {
          .vector(try container.decode([Series].self).map(\.value.text))
        }
    }
  }

  /// Reads the answer of `/api/v1/query`. Not a number is no number.
  static func value(_ body: [UInt8]) -> Reading<Double> {
    guard let document = try? JSONDecoder().decode(Document.self, from: Foundation.Data(body)),
      document.status == "success"
    else {
      return .unknown(
        Unknown(.malformed, "expected the answer of a Prometheus query, found something else"))
    }
    let texts: [String] =
      switch document.data.result {
      case .scalar(let text): [text]
      case .vector(let texts): texts
      }
    guard let text = texts.first else { return .absent }
    guard texts.count == 1 else {
      return .unknown(
        Unknown(
          .unanswerable,
          "expected one series, found \(texts.count): aggregate the query, as with sum()"))
    }
    guard let value = Double(text), value.isFinite else { return .absent }
    return .found(value)
  }

  private static func target(_ query: MetricQuery) -> RequestTarget? {
    var escaped = ""
    for byte in query.text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if byte < 0x80,
        scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar)
      {
        escaped.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return RequestTarget("/api/v1/query?query=" + escaped)
  }
}
