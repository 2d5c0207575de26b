import Control
import Foundation
import Transport
import Vocabulary

/// Speaks to a control plane as the reference helper does: one POST, patiently repeated only where that is
/// known to be harmless and may help.
struct ControlPlaneCaller {
  static let pauses: [TimeSpan] = [.seconds(5), .seconds(10), .seconds(20)]
  private static let passing = [502, 503, 504]
  private static let bodyBytesMax = 4 << 20

  let address: HTTPAddress
  let token: Secret<String>
  let connections: Connections
  let alarms: Alarms

  /// What came back: the rows, and why it is not well when it is not.
  struct Answer {
    var rows: [JSONValue]
    var failure: String?
  }

  /// - Parameter seconds: how long one try may take: a real roll is slow, because a tenant is.
  func redeploy(_ body: CompatPlan.Body, seconds: Int) async -> Answer {
    var request = HTTPRequest(
      .post, RequestTarget(literal: "/cp/admin/tenants/redeploy-fleet"), at: address)
    request.headers = [HTTPHeader("Content-Type", "application/json")]
    request.authorization = token.reveal { Secret("Bearer " + $0) }
    request.body = Self.json(body)
    let limits = HTTPLimits(bodyBytesMax: Self.bodyBytesMax, time: .seconds(seconds))
    for attempt in 0...Self.pauses.count {
      let result = await connections.exchange(request, limits: limits)
      let isPassing: Bool
      switch result {
      case .success(let answer): isPassing = Self.passing.contains(answer.status)
      // A call that took too long is asked again: the control plane was slow, and the same order is harmless.
      case .failure(let failure): isPassing = failure.unknown.cause == .timedOut
      }
      guard isPassing, attempt < Self.pauses.count,
        (try? await alarms.pause(for: Self.pauses[attempt])) != nil
      else { return Self.answer(result) }
    }
    return Answer(rows: [], failure: "no answer")
  }

  private static func answer(_ result: Result<HTTPAnswer, ExchangeFailure>) -> Answer {
    switch result {
    case .failure(let failure): return Answer(rows: [], failure: failure.unknown.description)
    case .success(let answer):
      let document = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
      let rows = document?["results"]?.list ?? []
      if answer.status != 200 {
        return Answer(rows: rows, failure: "the control plane answered \(answer.status)")
      }
      guard let document, let isWell = document["ok"]?.bool else {
        return Answer(
          rows: rows, failure: "expected JSON with 'ok' and 'results', found something else")
      }
      return Answer(rows: rows, failure: isWell ? nil : "the control plane says ok=false")
    }
  }

  static func json(_ document: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(document)) } catch {
      preconditionFailure("it is made of strings, numbers and lists: \(error)")
    }
  }
}
