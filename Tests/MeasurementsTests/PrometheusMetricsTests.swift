import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Measurements

@Suite(.timeLimit(.minutes(1)))
struct PrometheusMetricsTests {
  private func value(_ reply: FaultyServer.Reply) async throws -> Reading<Double> {
    try await withFaultyServer({ _ in reply }) { server in
      let connections = Connections(version: "tests", clock: ManualClock(), fraction: { 1 })
      let metrics = PrometheusMetrics(
        url: server.address, token: Secret("t0ken"), connections: connections)
      let value = await metrics.value(of: #"sum(rate(errors{job="a b"}[5m]))"#)
      #expect(
        server.received.first?.target
          == "/api/v1/query?query=sum%28rate%28errors%7Bjob%3D%22a%20b%22%7D%5B5m%5D%29%29")
      #expect(server.received.first?.value(of: "authorization") == "Bearer t0ken")
      await connections.close()
      return value
    }
  }

  private func answer(_ result: String) -> FaultyServer.Reply {
    .answer(
      200,
      body: Array(#"{"status":"success","data":{"resultType":"vector","result":\#(result)}}"#.utf8))
  }

  @Test func `one series is its value`() async throws {
    #expect(
      try await value(answer(#"[{"metric":{},"value":[1718229600.1,"0.25"]}]"#)) == .found(0.25))
    #expect(try await value(answer(#"[1718229600,"3"]"#)) == .found(3))
  }

  @Test func `no series, and not a number, are no data`() async throws {
    #expect(try await value(answer("[]")) == .absent)
    #expect(try await value(answer(#"[{"metric":{},"value":[1,"NaN"]}]"#)) == .absent)
    #expect(try await value(answer(#"[{"metric":{},"value":[1,"+Inf"]}]"#)) == .absent)
  }

  @Test func `several series have no one value`() async throws {
    let two = #"[{"metric":{},"value":[1,"1"]},{"metric":{},"value":[1,"2"]}]"#

    guard case .unknown(let why) = try await value(answer(two)) else {
      return #expect(Bool(false), "two series are not one")
    }
    #expect(why.cause == .unanswerable)
  }

  @Test(arguments: [
    (FaultyServer.Reply.answer(503), Unknown.Cause.serverError), (.answer(400), .unanswerable),
    (.answer(200, body: Array("<html>".utf8)), .malformed), (.reset, .unreachable),
    (.answer(401), .unauthorized),
  ])
  func `a failure is unknown, by its own cause`(
    reply: FaultyServer.Reply, cause: Unknown.Cause
  ) async throws {
    guard case .unknown(let why) = try await value(reply) else {
      return #expect(Bool(false), "it was not answered")
    }
    #expect(why.cause == cause)
  }
}
