import Transport
import Vocabulary

/// The calls this driver makes: the only place of it that does input and output.
struct ControlPlaneCalls: Sendable {
  /// A call that moves nothing.
  private static let enumerationTime = TimeSpan.seconds(120)
  /// An answer with ten thousand rows.
  private static let bodyBytesMax = 8 << 20
  /// 5, 10 and 20 seconds, the pauses of the helper whose contract this is.
  private static let policy = RetryPolicy(
    attemptsMax: 4, backoff: Backoff(pauseFirst: .seconds(5), pauseMax: .seconds(20)))
  /// Whoever says these was not there for a moment. A 500 may have moved something, and is not repeated.
  private static let passingStatuses = [502, 503, 504]

  let plane: ControlPlaneFleet.Plane
  let connections: Connections
  let clock: any Clock<Duration>

  func enumerate() async -> Result<ControlPlaneAnswer, Unknown> {
    let request = request(.enumeration, key: nil)
    switch await repeated(request, time: Self.enumerationTime) {
    case .failure(let failure): return .failure(failure.unknown)
    case .success(let answer):
      guard answer.status == 200 else {
        return .failure(
          Unknown(
            Unknown.Cause(status: answer.status),
            "the tenants could not be listed: the control plane \(plane.address) answered "
              + "\(answer.status)\(ControlPlaneAnswer.meaning(of: answer.status))"))
      }
      guard let document = ControlPlaneAnswer(answer.body), document.ok else {
        return .failure(
          Unknown(
            .malformed,
            "the tenants could not be listed: expected 'ok': true and 'results' from "
              + "\(plane.address), found something else"))
      }
      return .success(document)
    }
  }

  func redeploy(
    _ order: ControlPlaneOrder, as body: ControlPlaneOrder.Body
  ) async -> RedeployResult {
    switch await repeated(request(body, key: order.key), time: plane.orderTime) {
    case .failure(let failure): return .unknown(failure.unknown)
    case .success(let answer):
      return ControlPlaneAnswer.result(
        of: order.order.tenant.slug, status: answer.status, body: answer.body,
        fencing: plane.fencing)
    }
  }

  private func request(_ body: ControlPlaneOrder.Body, key: String?) -> HTTPRequest {
    var request = HTTPRequest(
      .post, RequestTarget(literal: "/cp/admin/tenants/redeploy-fleet"), at: plane.address)
    request.headers = [HTTPHeader("Content-Type", "application/json")]
    if let key { request.headers.append(HTTPHeader("Idempotency-Key", key)) }
    request.authorization = plane.token.reveal { Secret("Bearer " + $0) }
    request.body = body.bytes
    return request
  }

  /// Sends a call again while the control plane is not there for a moment, and in no other case.
  private func repeated(
    _ request: HTTPRequest, time: TimeSpan
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let attempts = Self.policy.attemptsMax
    let retry = Retry(
      policy: Self.policy, total: time.duration * attempts + .seconds(60), clock: clock,
      fraction: { 1 })
    return await retry.run { _ in
      let limits = HTTPLimits(bodyBytesMax: Self.bodyBytesMax, time: time.duration)
      let result = await connections.exchange(request, limits: limits)
      guard case .success(let answer) = result, Self.passingStatuses.contains(answer.status) else {
        return .conclusive(result)
      }
      return .passing(result, pause: nil)
    }
  }
}
