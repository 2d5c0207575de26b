import Testing
import Vocabulary

@testable import Registries

struct RegistryCredentialTests {
  @Test func `user and password are joined as HTTP Basic wants it`() throws {
    let credential = try RegistryCredential(
      host: "registry.example", user: "Aladdin", password: Secret("open sesame"))

    // RFC 7617, section 2.
    credential.basic.reveal { #expect($0 == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") }
  }

  @Test(arguments: ["", "a:b"]) func `a name that Basic cannot say is refused`(user: String) {
    #expect(throws: Malformed.self) {
      try RegistryCredential(host: "registry.example", user: user, password: Secret("x"))
    }
  }

  @Test func `a credential does not show its password`() throws {
    let credential = try RegistryCredential(
      host: "registry.example", user: "alice", password: Secret("planted-secret"))
    var shown = "\(credential)"

    dump(credential, to: &shown)

    #expect(!shown.contains("planted-secret"))
    #expect(!shown.contains("Basic"))
  }
}
