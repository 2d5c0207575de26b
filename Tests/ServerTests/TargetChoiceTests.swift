import Decisions
import Testing
import Vocabulary

@testable import Server

@Suite struct TargetChoiceTests {
  private static let commit: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"

  private func bearer(_ roles: String) throws -> AccessList.Bearer {
    let list = try AccessList(text: "ci \(roles) \(sha256(Array("ci".utf8)))")
    return try #require(list.bearer(of: "Bearer ci"))
  }

  private func token(
    given: UInt64, ordered: String? = nil, by roles: String = "deploy",
    _ unfenced: OrderPolicy.Unfenced = .number
  ) throws -> String {
    let choice = TargetChoice(
      policy: OrderPolicy(withoutVersion: .newestProven, unfenced: unfenced),
      state: ControlState(), image: "platform", channels: [], generationGiven: Generation(given))
    return try choice.target(
      sha256([1]), Self.commit, token: ordered.flatMap(FencingToken.init(wire:)),
      bearer: try bearer(roles)
    ).token.description
  }

  private func status(_ body: () throws -> Void) throws -> Int? {
    do { try body() } catch let refusal as Refusal { return refusal.status }
    return nil
  }

  @Test func `an order without a token gets the number after the highest one`() throws {
    #expect(try token(given: 0) == "1.0")
    #expect(try token(given: 41) == "42.0")
    #expect(try status { _ = try token(given: 41, .refuse) } == 422)
  }

  @Test func `after the last number that others can follow none is given`() throws {
    #expect(try token(given: 99_999_999_999_999_998) == "99999999999999999.0")
    #expect(try status { _ = try token(given: 99_999_999_999_999_999) } == 422)
  }

  @Test(arguments: [
    ("1000007.1", "deploy", nil as Int?), ("1000008.1", "deploy", 403),
    ("1000008.1", "deploy,rollback", 403), ("1000008.1", "admin", nil),
    ("99999999999999999.1", "admin", nil), ("100000000000000000.1", "admin", 400),
  ])
  func `a token far ahead of everything takes an admin, and one that ends everything nobody gives`(
    ordered: String, roles: String, status expected: Int?
  ) throws {
    #expect(try status { _ = try token(given: 7, ordered: ordered, by: roles) } == expected)
  }

  @Test(arguments: [
    (OutsideVerdict.forward, ["deploy", "admin"], ["read", "rollback"]),
    (.back("why", to: .proven), ["rollback", "admin"], ["read", "deploy"]),
    (.back("why", to: .unproven), ["admin"], ["read", "deploy", "rollback", "deploy,rollback"]),
  ])
  func `each way to move a fleet takes its role`(
    verdict: OutsideVerdict, may: [String], mayNot: [String]
  ) throws {
    for roles in may { try TargetChoice.insist(on: verdict, by: try bearer(roles)) }
    for roles in mayNot {
      let bearer = try bearer(roles)
      #expect(try status { try TargetChoice.insist(on: verdict, by: bearer) } == 403, "\(roles)")
    }
  }

  @Test func `what the journal forbids, no role permits`() throws {
    let admin = try bearer("admin")

    #expect(try status { try TargetChoice.insist(on: .refused("held"), by: admin) } == 409)
  }
}
