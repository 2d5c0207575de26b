import Control
import Foundation
import Presentation
import Vocabulary

/// Rolls a fleet through a control plane, as the reference helper does: enumerate, canary, soak, batches,
/// coverage. Before each order it looks once more whether production is off and whether the commit is still
/// the newest.
struct CompatRollout {
  /// What a call that changes nothing may take.
  private static let quickSeconds = 120

  let plan: CompatPlan
  let body: CompatPlan.Body
  let caller: ControlPlaneCaller
  let gates: CompatGates
  let alarms: Alarms
  let say: @Sendable (String) -> Void

  /// What is written to the response file, also when it failed.
  struct Response: Encodable {
    var ok = false
    var results: [JSONValue] = []
    var stragglers: [String]?
    var error: String?

    init() {}

    /// Of a roll that did not begin.
    init(_ failure: CompatFailure) { note(failure) }

    mutating func note(_ failure: CompatFailure) { error = String(failure.sentence.prefix(500)) }
  }

  func run() async -> Response {
    var response = Response()
    do throws(CompatFailure) {
      let slugs = try await enumerate()
      let canary = try canary(in: slugs)
      if let canary { try await order([canary], "canary", &response, batchSize: 1) }
      if canary != nil, !body.dry_run, body.soak_seconds > 0 {
        say("soaking for \(body.soak_seconds) s")
        try await pause(.seconds(Int64(body.soak_seconds)))
      }
      let rest = slugs.filter { $0 != canary }
      for (number, start) in stride(from: 0, to: rest.count, by: body.batch_size).enumerated() {
        let batch = Array(rest[start..<min(start + body.batch_size, rest.count)])
        try await order(batch, "batch-\(number + 1)", &response, batchSize: body.batch_size)
      }
      if !body.dry_run { try cover(slugs, &response) }
      response.ok = true
    } catch {
      response.note(error)
    }
    return response
  }

  private func pause(_ span: TimeSpan) async throws(CompatFailure) {
    do { try await alarms.pause(for: span) } catch { throw CompatFailure("interrupted") }
  }

  private func enumerate() async throws(CompatFailure) -> [String] {
    var question = body
    question.dry_run = true
    let answer = await caller.redeploy(question, seconds: Self.quickSeconds)
    say(
      "POST redeploy-fleet dry run: \(answer.rows.count) tenants\(answer.failure.map { ", \($0)" } ?? "")"
    )
    if let failure = answer.failure {
      throw CompatFailure("the tenants cannot be listed: \(failure)")
    }
    var slugs: [String] = []
    for row in answer.rows {
      guard let slug = row["slug"]?.text, !slug.isEmpty else {
        throw CompatFailure("the tenants cannot be listed: a row has no slug")
      }
      if !slugs.contains(slug) { slugs.append(slug) }
    }
    guard !slugs.isEmpty else {
      throw CompatFailure("expected at least one tenant, found none: nothing was rolled")
    }
    return slugs
  }

  private func canary(in slugs: [String]) throws(CompatFailure) -> String? {
    guard let canary = body.canary_slug, !canary.isEmpty else { return nil }
    guard slugs.contains(canary) else {
      throw CompatFailure(
        "the canary '\(printable(canary, charactersMax: 63))' is none of the \(slugs.count) tenants: "
          + "nothing was rolled")
    }
    return canary
  }

  private func order(
    _ slugs: [String], _ phase: String, _ response: inout Response, batchSize: Int
  ) async throws(CompatFailure) {
    if !body.dry_run { try await lookAgain(before: phase) }
    var order = body
    order.only_slugs = slugs
    order.canary_slug = nil
    order.soak_seconds = 0
    order.batch_size = batchSize
    let answer = await caller.redeploy(
      order, seconds: body.dry_run ? Self.quickSeconds : plan.rollout_http_timeout ?? 600)
    response.results += answer.rows
    say(
      "POST redeploy-fleet \(phase), \(slugs.count) tenants\(answer.failure.map { ": \($0)" } ?? ": ok")"
    )
    if let failure = answer.failure { throw CompatFailure("\(phase) failed: \(failure)") }
  }

  /// The helper looked once, at the start of the job; minutes of soak later that proves nothing.
  private func lookAgain(before phase: String) async throws(CompatFailure) {
    guard gates.environment.text("GITEA_TOKEN") != nil else { return }
    do throws(CompatFailure) { try await gates.assertEnabled() } catch {
      throw CompatFailure("\(phase) was not started: \(error.sentence)")
    }
    if let newer = await gates.newerHead() {
      throw CompatFailure("\(phase) was not started: superseded by \(newer)")
    }
  }

  /// Every tenant that was listed needs a row that says it runs what was ordered.
  private func cover(_ slugs: [String], _ response: inout Response) throws(CompatFailure) {
    let rows = response.results
    let stragglers = slugs.filter { slug in
      !rows.contains { row in
        row["slug"]?.text == slug && row["ssm_status"]?.text != "DryRun"
          && row["verified_on_target"].map { $0.bool == true } ?? true
      }
    }
    guard !stragglers.isEmpty else { return }
    response.stragglers = stragglers
    let names = stragglers.map { printable($0, charactersMax: 63) }.joined(separator: ", ")
    guard stragglers.count <= body.max_stragglers else {
      let target = printable(body.target_tag, charactersMax: 128)
      throw CompatFailure(
        "\(stragglers.count) of \(slugs.count) tenants are not on \(target), at most "
          + "\(body.max_stragglers) may be: \(names)")
    }
    say(WorkflowCommand.annotation(.warning, title: "stragglers", names))
  }
}
