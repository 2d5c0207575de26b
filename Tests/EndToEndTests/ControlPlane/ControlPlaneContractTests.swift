import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

/// The contract of the redeploy API, as callers of other control planes know it: through real HTTP, over
/// real processes. The cases follow one another on one fleet.
@Suite(.timeLimit(.minutes(30)))
struct ControlPlaneContractTests {
  private struct Case {
    let name: String
    var before: [String] = []
    var method = HTTPRequest.Method.post
    var path = "/cp/admin/tenants/redeploy-fleet"
    var bearer: String? = "boss"
    var body = ""
    var headers: [HTTPHeader] = []
    let status: Int
    /// What the answer has to hold.
    var says: [String] = []
    /// Values of one field, row by row.
    var columns: [(String, [String])] = []
  }

  @Test func `every field, status and meaning of the contract`() async throws {
    var layout = Layout(commits: 3)
    layout.misbehaviour = [2: ["TENANT_CRASH=start"]]
    try await withStage(layout) { stage in
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        for step in try await cases(stage) {
          if !step.before.isEmpty {
            let ended = try await stage.pawl(step.before)
            #expect(ended.code == 0, "\(step.name): \(ended)")
          }
          let answer = try await plane.ask(
            step.method, step.path, as: step.bearer, step.body, headers: step.headers)
          #expect(answer.status == step.status, "\(step.name): \(answer.body)")
          for phrase in step.says {
            #expect(answer.body.contains(phrase), "\(step.name): \(answer.body)")
          }
          for (column, values) in step.columns {
            #expect(try answer.column(column) == values, "\(step.name), \(column): \(answer.body)")
          }
        }
        #expect(
          plane.log.all.contains { $0.contains("token 899.9 was refused: anna has obeyed 900.1") })
        let refused = plane.log.all.filter { $0.contains("boss-typo") }
        #expect(refused.isEmpty, "a token is never repeated: \(refused)")
      }
    }
  }

  private func cases(_ stage: Stage) async throws -> [Case] {
    let tags = try stage.commits.map { try Images.tag($0).text }
    let digest = try #require(try await stage.built(stage.commits[1])[1]).text
    let first = try #require(try await stage.built(stage.commits[0])[1]).text
    return refusals(tags) + moves(stage, tags, first) + fences(stage, digest, tags) + pages(stage)
  }

  /// Nothing is moved by any of these.
  private func refusals(_ tags: [String]) -> [Case] {
    [
      Case(name: "no token", bearer: nil, status: 401, says: ["found none"]),
      Case(name: "another token", bearer: "boss-typo", status: 401, says: ["found another"]),
      Case(
        name: "a role that does not reach", bearer: "reader",
        body: #"{"confirm":true,"target_tag":"\#(tags[0])"}"#, status: 403,
        says: ["takes the role deploy", "reader has read"]),
      Case(name: "no body", status: 400, says: ["'confirm': true"]),
      Case(name: "not confirmed", body: #"{"target_tag":"a"}"#, status: 400, says: ["confirm"]),
      Case(
        name: "an empty scope", body: #"{"confirm":true,"only_slugs":[]}"#, status: 400,
        says: ["'only_slugs' is empty"]),
      Case(
        name: "a misspelt scope", body: #"{"confirm":true,"only_slug":["anna"]}"#, status: 400,
        says: ["unknown field 'only_slug'"]),
      Case(
        name: "another type", body: #"{"confirm":true,"batch_size":"3"}"#, status: 400,
        says: ["batch_size"]),
      Case(name: "no JSON", body: "confirm=true", status: 400, says: ["expected a JSON object"]),
      Case(
        name: "no batch", body: #"{"confirm":true,"batch_size":0}"#, status: 400,
        says: ["expected 1 to 1000, found 0"]),
      Case(
        name: "a canary that is not there",
        body: #"{"confirm":true,"target_tag":"\#(tags[0])","canary_slug":"hongmingwang"}"#,
        status: 400, says: ["hongmingwang is none of the 3 tenants"]),
      Case(
        name: "a tenant that is not there", body: #"{"only_slugs":["anna","dora"]}"#, status: 404,
        says: ["no tenant dora"]),
      Case(
        name: "one tenant that is not there", path: "/cp/admin/tenants/dora/redeploy", status: 404,
        says: ["no tenant dora"]),
      Case(
        name: "a slug that cannot be one", path: "/cp/admin/tenants/Dora%20D/redeploy", status: 404),
      Case(
        name: "no version, and nothing proven", path: "/cp/admin/tenants/anna/redeploy",
        status: 422, says: ["no release was proven yet"]),
      Case(
        name: "a tag that moves", path: "/cp/admin/tenants/anna/redeploy",
        body: #"{"target_tag":"latest"}"#, status: 422, says: ["latest is a channel"]),
      Case(
        name: "a tag that is not there", path: "/cp/admin/tenants/anna/redeploy",
        body: #"{"target_tag":"staging-0"}"#, status: 422, says: ["there is no "]),
      Case(
        name: "a digest without its commit", path: "/cp/admin/tenants/anna/redeploy",
        body: #"{"target_digest":"sha256:\#(String(repeating: "a", count: 64))"}"#, status: 400,
        says: ["needs 'git_sha'"]),
      Case(
        name: "more than an order can be", body: String(repeating: " ", count: (1 << 20) + 1),
        status: 413),
      Case(
        name: "a tag that is not there, in a dry run", bearer: "reader",
        body: #"{"confirm":true,"dry_run":true,"target_tag":"staging-0"}"#, status: 422,
        says: ["there is no "]),
      Case(
        name: "pins of runtime images", method: .get, path: "/cp/admin/runtime-image", status: 404),
      Case(name: "removing a tenant", method: .delete, path: "/cp/admin/tenants/anna", status: 404),
      Case(name: "no such page", path: "/cp/admin/orgs", status: 404, says: ["openapi.json"]),
      Case(
        name: "a dry run", bearer: "reader",
        body: #"{"confirm":true,"dry_run":true,"target_tag":"\#(tags[0])"}"#, status: 200,
        says: [#""ok":true"#, #""fences":true"#],
        columns: [
          ("slug", ["anna", "bert", "cleo"]), ("ssm_status", ["DryRun", "DryRun", "DryRun"]),
          ("verified_on_target", ["false", "false", "false"]),
        ]),
      Case(
        name: "nobody was moved", method: .get, path: "/cp/admin/runs", bearer: "reader",
        status: 200, says: [#"{"runs":[]}"#]),
    ]
  }

  private func moves(_ stage: Stage, _ tags: [String], _ first: String) -> [Case] {
    let shas = stage.commits.map(\.text)
    return [
      Case(
        name: "the fleet, canary first", bearer: "deployer",
        body: #"{"confirm":true,"target_tag":"\#(tags[0])","canary_slug":"bert","batch_size":2}"#,
        status: 200, says: [#""ok":true"#, "@\(first)"],
        columns: [
          ("slug", ["bert", "anna", "cleo"]), ("phase", ["canary", "batch-1", "batch-1"]),
          ("ssm_status", ["Success", "Success", "Success"]), ("ssm_exit_code", ["0", "0", "0"]),
          ("healthz_ok", ["true", "true", "true"]),
          ("verified_on_target", ["true", "true", "true"]),
          ("git_sha", [shas[0], shas[0], shas[0]]), ("error", ["-", "-", "-"]),
        ]),
      Case(
        name: "one tenant, confirmed", path: "/cp/admin/tenants/anna/redeploy", bearer: "deployer",
        body: #"{"confirm":true,"target_tag":"\#(tags[1])"}"#, status: 200,
        columns: [("git_sha", [shas[1]]), ("phase", ["batch-1"])]),
      Case(
        name: "an empty canary is none", bearer: "deployer",
        body: #"{"only_slugs":["cleo"],"canary_slug":"","target_tag":"\#(tags[0])"}"#, status: 200,
        columns: [("phase", ["batch-1"])]),
      Case(
        name: "back from what it was told", path: "/cp/admin/tenants/anna/redeploy",
        bearer: "deployer", body: #"{"target_tag":"\#(tags[0])"}"#, status: 403,
        says: ["takes the role rollback", "what anna may run or was last told to run"]),
      Case(
        name: "one that does not come up",
        body: #"{"only_slugs":["bert"],"target_tag":"\#(tags[2])"}"#,
        status: 500, says: [#""ok":false"#, "1 of 1 tenants failed, at most 0 may: bert"],
        columns: [
          ("ssm_status", ["Failed"]), ("ssm_exit_code", ["1"]), ("verified_on_target", ["false"]),
          ("restored", ["true"]),
        ]),
      Case(
        name: "a canary that fails stops everything",
        body: #"{"confirm":true,"target_tag":"\#(tags[2])","canary_slug":"anna"}"#, status: 500,
        says: ["the canary anna failed"],
        columns: [
          ("slug", ["anna", "bert", "cleo"]),
          ("ssm_status", ["Failed", "NotStarted", "NotStarted"]),
        ]),
      Case(
        name: "failures within what it bears, in lines",
        body: #"{"only_slugs":["cleo"],"target_tag":"\#(tags[2])","max_stragglers":1}"#,
        headers: [HTTPHeader("Accept", "application/x-ndjson")], status: 200,
        says: [#""event":"row""#, #""event":"ended""#, #""stragglers":["cleo"]"#, #""ok":true"#]),
    ]
  }

  private func fences(_ stage: Stage, _ digest: String, _ tags: [String]) -> [Case] {
    func order(_ token: String) -> String {
      #"{"only_slugs":["anna"],"target_digest":"\#(digest)","git_sha":"\#(stage.commits[1])","#
        + #""fencing_token":"\#(token)","settle_seconds":0}"#
    }
    let key = [HTTPHeader("Idempotency-Key", "order 7")]
    return [
      Case(
        name: "a token", body: order("900.1"), headers: key, status: 200,
        columns: [
          ("fencing_token", ["900.1"]), ("restarted", ["true"]), ("verified_on_target", ["true"]),
        ]),
      Case(
        name: "the same order again is the same run", body: order("900.1"), headers: key,
        status: 200, columns: [("restarted", ["true"])]),
      Case(
        name: "another order under its key", body: order("900.2"), headers: key, status: 422,
        says: ["'order 7' was given to another order"]),
      Case(
        name: "the same order under no key restarts nobody", body: order("900.1"), status: 200,
        columns: [("restarted", ["false"])]),
      Case(
        name: "an order that was overtaken", body: order("899.9"), status: 409,
        says: ["token 899.9 was refused: anna has obeyed 900.1"],
        columns: [("ssm_status", ["Refused"]), ("fenced_by", ["900.1"])]),
      Case(name: "no token", body: order("12"), status: 400, says: ["generation.epoch"]),
      Case(
        name: "a token of more digits than travel", bearer: "deployer",
        body: order("18446744073709551615.1"), status: 400, says: ["at most 18 digits"]),
      Case(
        name: "a token that would keep everybody out", bearer: "deployer",
        body: order("1000901.1"), status: 403, says: ["far ahead", "up to 1000900", "admin"]),
      Case(
        name: "a token after which none can follow", body: order("100000000000000000.1"),
        status: 400, says: ["after which others can follow"]),
      Case(
        name: "a pinned tenant", before: ["pin", "set", "bert", "--reason", "audit"],
        body: #"{"only_slugs":["bert"],"target_tag":"\#(tags[0])"}"#, status: 409,
        says: ["bert is pinned: audit"]),
      Case(
        name: "a pinned canary",
        body: #"{"confirm":true,"canary_slug":"bert","target_tag":"\#(tags[1])"}"#, status: 409,
        says: ["the canary bert is pinned: audit"]),
      Case(
        name: "a pinned tenant among others",
        body: #"{"only_slugs":["bert","anna"],"target_tag":"\#(tags[1])"}"#, status: 200,
        columns: [("slug", ["anna", "bert"]), ("ssm_status", ["Success", "Pinned"])]),
      Case(
        name: "the kill switch", before: ["kill", "set", "--reason", "smoke"],
        body: #"{"only_slugs":["cleo"],"target_tag":"\#(tags[0])"}"#, status: 409,
        says: ["the kill switch is on: smoke"]),
    ]
  }

  private func pages(_ stage: Stage) -> [Case] {
    [
      Case(
        name: "tenants", method: .get, path: "/cp/admin/tenants", bearer: "reader", status: 200,
        says: [#""slug":"anna","state":"running""#, #""pinned":"audit"#, stage.tenants[2].url]),
      Case(
        name: "a run", method: .get, path: "/cp/admin/runs/1", bearer: "reader", status: 200,
        says: [#""by":"deployer""#, #""state":"ended""#]),
      Case(name: "no such run", method: .get, path: "/cp/admin/runs/99", status: 404),
      Case(
        name: "versions", method: .get, path: "/cp/admin/versions", status: 200,
        says: [#"{"versions":[]}"#]),
      Case(
        name: "looking takes a role", method: .get, path: "/cp/admin/runs", bearer: "reverter",
        status: 403, says: ["takes the role read"]),
      Case(
        name: "the document", method: .get, path: "/openapi.json", bearer: nil, status: 200,
        says: ["openapi", "redeploy-fleet"]),
      Case(name: "health", method: .get, path: "/health", bearer: nil, status: 200),
    ]
  }
}
