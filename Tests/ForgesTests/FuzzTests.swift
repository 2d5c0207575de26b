import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Forges
@testable import Measurements

/// Decoders never trap, whatever comes: recorded answers with bytes changed, cut, doubled and mixed.
///
/// A second for each in every test run; `FUZZ_SECONDS=600` for as long as one wants.
@Suite(.timeLimit(.minutes(30)))
struct FuzzTests {
  private static let seconds =
    ProcessInfo.processInfo.environment["FUZZ_SECONDS"].flatMap(Int.init) ?? 1

  private static let decoders:
    [(name: String, seeds: [String], decode: @Sendable ([UInt8]) -> Void)] = [
      (
        "Gitea's statuses",
        ["gitea-1.22.6/045-statuses-history-default", "gitea-1.25.4/203-statuses-56-page1"],
        { bytes in _ = try? GiteaReports.statuses(answer(bytes), ownRun: 7, what: "fuzz") }
      ),
      (
        "Gitea's runs", ["gitea-1.25.4/350-act-7-runs", "gitea-1.25.4/303-act-1-runs"],
        { bytes in _ = try? GiteaReports.runs(answer(bytes), what: "fuzz") }
      ),
      (
        "Gitea's branches, variables and commits",
        [
          "gitea-1.25.4/006-auth-token", "gitea-1.25.4/208-var-list2",
          "gitea-1.22.6/087-count-ahead",
        ],
        { bytes in
          _ = try? document(GiteaReports.Branch.self, from: bytes, what: "fuzz")
          _ = try? document([GiteaReports.Variable].self, from: bytes, what: "fuzz")
          _ = try? document([GiteaReports.CommitRow].self, from: bytes, what: "fuzz")
          _ = GiteaDialect().permissionsNamed(by: answer(bytes))
        }
      ),
      (
        "GitHub's check runs, statuses and runs", ["made/github-checks", "made/github-runs"],
        { bytes in
          _ = try? GitHubReports.statuses(answer(bytes), what: "fuzz")
          _ = try? GitHubReports.checkRuns(answer(bytes), ownRun: 7, what: "fuzz")
          _ = try? GitHubReports.runs(answer(bytes), what: "fuzz")
          _ = try? document(GitHubReports.Comparison.self, from: bytes, what: "fuzz")
          _ = try? document(GitHubReports.Variables.self, from: bytes, what: "fuzz")
          _ = try? document([GitHubReports.Rule].self, from: bytes, what: "fuzz")
        }
      ),
      (
        "limits and times", ["made/limits"],
        { bytes in
          // Each line is a field of the answer: whatever a proxy or an old server writes into it.
          let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
          }
          let names = ["X-RateLimit-Remaining", "X-RateLimit-Reset", "Date", "Retry-After"]
          let clock = SetClock()
          for left in 0..<names.count {
            let headers = zip(names, lines).filter { $0.0 != names[left] }.map(HTTPHeader.init)
            let answer = HTTPAnswer(status: 403, headers: headers, body: [])
            let limit = RateLimit(clock: clock)
            _ = limit.note(answer, to: "fuzz")
            _ = limit.refusal(of: "fuzz")
            ClockComparison(clock: clock, tell: { _ in }).note(answer, from: "http://a")
          }
        }
      ),
      (
        "Prometheus' answers", ["made/vector", "made/scalar"],
        { bytes in _ = PrometheusMetrics.value(bytes) }
      ),
      (
        "webhooks",
        ["gitea-1.25.4/webhooks/02-hook-push", "gitea-1.25.4/webhooks-actions/006-workflow_run"],
        { bytes in
          guard let secrets = try? WebhookSecrets([Secret("s")]) else { return }
          for event in [
            "push", "create", "delete", "status", "check_run", "check_suite", "workflow_run",
            "workflow_job", "package", "registry_package", "ping",
          ] {
            _ = try? Webhook(signedDelivery(bytes, event: event, secret: "s"), secrets: secrets)
          }
          let form = HTTPHeader("Content-Type", "application/x-www-form-urlencoded")
          let signature = HTTPHeader(
            "X-Hub-Signature-256", String(decoding: bytes.prefix(71), as: UTF8.self))
          _ = try? Webhook(
            WebhookDelivery(headers: [form, signature], body: bytes), secrets: secrets)
        }
      ),
    ]

  private static func answer(_ bytes: [UInt8]) -> HTTPAnswer {
    HTTPAnswer(
      status: 200,
      headers: [
        HTTPHeader("Content-Type", "application/json"),
        HTTPHeader("X-Total-Count", String(decoding: bytes.prefix(8), as: UTF8.self)),
        HTTPHeader("Link", String(decoding: bytes.suffix(40), as: UTF8.self)),
      ], body: bytes)
  }

  @Test(arguments: decoders.indices)
  func `a decoder survives whatever it is given`(index: Int) throws {
    let decoder = Self.decoders[index]
    let seeds = try decoder.seeds.map(Self.seed)
    // Seeded, so that a failure can be had again.
    var random = SeededDice(seed: UInt64(index) &* 0x9E37_79B9_7F4A_7C15 | 1)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(Self.seconds)
    var rounds = 0
    repeat {
      for _ in 0..<50 { decoder.decode(random.mutated(seeds)) }
      rounds += 50
    } while clock.now < end

    #expect(rounds > 0, "\(decoder.name)")
    if Self.seconds > 1 { print("\(decoder.name): \(rounds) inputs in \(Self.seconds) s") }
  }

  private static func seed(_ name: String) throws -> [UInt8] {
    switch name {
    case "made/github-checks":
      return Array(
        (#"{"total_count":2,"check_runs":[{"id":1,"name":"ci","status":"completed","#
          + #""conclusion":"success","started_at":"2026-06-12T21:43:04Z","#
          + #""details_url":"https://github.com/a/b/actions/runs/7/job/1","app":{"id":15368}},"#
          + #"{"id":2,"name":"e2e","status":"queued"}]}"#).utf8)
    case "made/github-runs":
      return Array(
        (#"{"total_count":1,"workflow_runs":[{"id":30433642,"run_attempt":2,"event":"push","#
          + #""head_sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866","status":"completed","#
          + #""conclusion":"failure","html_url":"https://github.com/a/b/actions/runs/30433642"}]}"#)
          .utf8)
    case "made/limits":
      return Array(
        "0\n1781301900\nFri, 12 Jun 2026 22:00:00 GMT\nFri, 12 Jun 2026 22:05:00 GMT".utf8)
    case "made/vector":
      return Array(
        (#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"a"},"#
          + #""value":[1718229600.1,"0.25"]}]}}"#).utf8)
    case "made/scalar":
      return Array(
        #"{"status":"success","data":{"resultType":"scalar","result":[1718229600.1,"NaN"]}}"#.utf8)
    case _ where name.contains("webhooks"):
      let document =
        try JSONSerialization.jsonObject(with: Fixture.data("\(name).json")) as? [String: Any]
      return Array((document?["raw_body"] as? String ?? "").utf8)
    default: return try Recording(name).answer.body
    }
  }
}

extension SeededDice {
  private mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

  private static let pieces = [
    "null", "[]", "{}", "-1", "1e400", "9223372036854775808", "9223372036854775807",
    "-9223372036854775808", "\"\\u0000\"", "\"\\ud800\"", "true",
    "\"",
    "{", "}", "[", "]", ",", ":", "\u{FEFF}", "0001-01-01T00:00:00Z", "::add-mask::",
  ]

  fileprivate mutating func mutated(_ seeds: [[UInt8]]) -> [UInt8] {
    var bytes = seeds[below(seeds.count)]
    // Short ones go through more of the decoder in the same time.
    if bytes.count > 4_000, below(4) > 0 { bytes = Array(bytes.prefix(4_000)) }
    for _ in 0...below(6) {
      let place = below(bytes.count + 1)
      switch below(6) {
      case 0: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: next()) }
      case 1: bytes.removeSubrange(place..<min(place + below(64), bytes.count))
      case 2:
        bytes.insert(contentsOf: bytes[place..<min(place + below(64), bytes.count)], at: place)
      case 3: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)].utf8, at: place)
      case 4: bytes = Array(bytes.prefix(place))
      default:
        let other = seeds[below(seeds.count)]
        bytes = bytes.prefix(place) + other.suffix(below(other.count + 1))
      }
    }
    return bytes
  }
}
