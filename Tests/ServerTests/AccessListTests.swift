import Testing
import Vocabulary

@testable import Server

@Suite struct AccessListTests {
  private static let hash =
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

  @Test func `a token is known by its hash, with its roles`() throws {
    let list = try AccessList(text: "# who  what\n\nci read,deploy \(Self.hash)  # jobs\n")

    let bearer = try #require(list.bearer(of: "Bearer test"))
    #expect(bearer.name == "ci")
    #expect(bearer.mayAct(as: .read) && bearer.mayAct(as: .deploy))
    #expect(!bearer.mayAct(as: .rollback) && !bearer.mayAct(as: .admin))
  }

  @Test func `admin is every role`() throws {
    let bearer = try AccessList(text: "boss admin \(Self.hash)").bearer(of: "bearer test")

    #expect(Role.allCases.allSatisfy { bearer?.mayAct(as: $0) == true })
  }

  @Test(arguments: [
    nil, "", "Bearer", "Bearer ", "Bearer test2", "Basic test", "test", "Bearer  test",
  ])
  func `anything else is nobody`(authorization: String?) throws {
    #expect(try AccessList(text: "boss admin \(Self.hash)").bearer(of: authorization) == nil)
  }

  @Test(arguments: [
    ("", "line 1: expected at least one token, found none: nobody could do anything"),
    ("ci read", "line 1: expected a name, roles and a hash, found 2 words"),
    (
      "\nci read,write \(hash)",
      "line 2: not a role: expected read, deploy, rollback, admin, found 'write'"
    ),
    (
      "ci read, \(hash)",
      "line 1: not a role: expected read, deploy, rollback, admin, found nothing"
    ),
    ("ci read s3cret", "line 1: expected sha256: and the hash of the token at the end"),
    ("a read \(hash)\nb read \(hash)", "line 2: the token of b stands here twice"),
  ])
  func `a line that cannot be used is said, and no token repeated`(text: String, words: String) {
    #expect(throws: AccessList.Fault.self) { try AccessList(text: text) }
    do throws(AccessList.Fault) {
      _ = try AccessList(text: text)
    } catch {
      #expect("\(error)" == words)
    }
  }
}
