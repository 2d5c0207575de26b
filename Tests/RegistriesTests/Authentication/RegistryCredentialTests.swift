import Testing
import Vocabulary

@testable import Registries

struct RegistryCredentialTests {
  @Test func `user and password are joined as HTTP Basic wants it`() throws {
    let credential = try RegistryCredential(
      user: "Aladdin", password: Secret("open sesame"), of: "pawl.yaml")

    // RFC 7617, section 2.
    let basic = try #require(credential.basic)
    basic.reveal { #expect($0 == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") }
    #expect(credential.identity == "'Aladdin' of pawl.yaml")
  }

  @Test(arguments: ["", "a:b"]) func `a name that Basic cannot say is refused`(user: String) {
    #expect(throws: Malformed.self) {
      try RegistryCredential(user: user, password: Secret("x"), of: "pawl.yaml")
    }
  }

  @Test func `a credential does not show its password`() throws {
    let credential = try RegistryCredential(
      user: "alice", password: Secret("planted-secret"), of: "pawl.yaml")
    var shown = "\(credential)"

    dump(credential, to: &shown)

    #expect(!shown.contains("planted-secret"))
    #expect(!shown.contains("Basic"))
  }
}
