import Testing
import Vocabulary

/// The parts of addresses, and which of them are this machine.
struct AddressTests {
  @Test(arguments: [
    "localhost", "localhost:5000", "LOCALHOST", "127.0.0.1", "127.0.0.1:5040", "127.255.255.255",
    "[::1]",
    "[::1]:5000",
  ])
  func `this machine is loopback`(host: String) throws {
    #expect(try RegistryHost(parsing: host).isLoopback)
    #expect(try HTTPAddress(parsing: "http://\(host)/path").isLoopback)
  }

  @Test(arguments: [
    "localhost.evil.example", "localhost.evil.example:5000", "127.0.0.1.evil.example",
    "127.0.0.1.nip.io",
    "evil-localhost", "128.0.0.1", "127.0.0", "127.0.0.1.1", "127.0.0.256", "127.0.0.x", "10.0.0.1",
    "[::2]", "[::ffff:8.8.8.8]", "0.0.0.0", "1270.0.0.1", "127", "[::1:1]",
  ])
  func `what only looks like this machine is not loopback`(host: String) throws {
    #expect(try !RegistryHost(parsing: host).isLoopback)
    #expect(try !HTTPAddress(parsing: "http://\(host)/path").isLoopback)
  }

  @Test func `an address tells its parts`() {
    let written: HTTPAddress = "https://Example.com:8443/a/b/"
    let plain: HTTPAddress = "http://[::1]/a"

    #expect(written.authority == "example.com:8443")
    #expect(written.host == "example.com")
    #expect(written.port == 8443)
    #expect(written.isSecure)
    #expect(written.path == "/a/b")
    #expect(written.root == "https://example.com:8443")
    #expect(plain.authority == "[::1]")
    #expect(plain.host == "::1")
    #expect(plain.port == 80)
    #expect(!plain.isSecure)
    #expect(plain.path == "/a")
    #expect(plain.root == "http://[::1]")
    #expect(("http://[::1]:8801" as HTTPAddress).port == 8801)
    #expect(HTTPAddress("https://a").port == 443)
    #expect(HTTPAddress("https://a").path == "")
    #expect(HTTPAddress("https://a").root == "https://a")
  }

  @Test func `a reference tells its parts`() throws {
    let tagged: ImageReference = "[::1]:5000/acme/platform:staging"
    let digest = "sha256:" + times(64, "b")
    let pinned = try ImageReference(parsing: "registry.example.com:443/acme@\(digest)")

    #expect(tagged.registry == "[::1]:5000")
    #expect(tagged.repository == "acme/platform")
    #expect(tagged.selector == .tag("staging"))
    #expect(tagged.location == "[::1]:5000/acme/platform")
    #expect(pinned.registry == "registry.example.com:443")
    #expect(pinned.selector == .digest(try Digest(parsing: digest)))
    #expect(pinned.location.at(TagName("latest")).text == "registry.example.com:443/acme:latest")
    #expect(pinned.location.at(try Digest(parsing: digest)) == pinned)
  }
}
