import Testing
import Transport
import Vocabulary

struct RedirectionTests {
  func request(at address: HTTPAddress) -> HTTPRequest {
    var request = HTTPRequest(.get, RequestTarget(literal: "/v2/a/blobs/x"), at: address)
    request.authorization = Secret("Basic c2VjcmV0")
    return request
  }

  @Test func `a path stays on the same host and keeps the credential`() throws {
    let next = try #require(
      request(at: "https://registry.example:8443").redirected(to: "/v2/b?part=1#top"))

    #expect(next.address == "https://registry.example:8443")
    #expect(next.target.text == "/v2/b?part=1")
    #expect(next.authorization != nil)
  }

  @Test(arguments: [
    "https://store.example/x?sig=abc", "https://registry.example:444/x", "//store.example/x",
    "https://registry.example.evil.example/x",
  ])
  func `another origin does not get the credential`(location: String) throws {
    let next = try #require(request(at: "https://registry.example").redirected(to: location))

    #expect(next.authorization == nil)
  }

  @Test func `the default port is the same origin`() throws {
    let next = try #require(
      request(at: "https://registry.example").redirected(to: "https://REGISTRY.example:443/x"))

    #expect(next.authorization != nil)
  }

  @Test(arguments: [
    "http://registry.example/x", "https://127.0.0.1/x", "https://localhost:6443/x",
    "ftp://registry.example/x", "", "#top", "mailto:x", "https://user:word@registry.example/x",
    "https://registry.example/with space",
  ])
  func `what would undo encryption, enter this machine or cannot be read is not followed`(
    location: String
  ) {
    #expect(request(at: "https://registry.example").redirected(to: location) == nil)
  }

  /// RFC 3986, 5.4, as far as it applies: an empty reference leads nowhere.
  @Test(arguments: [
    ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"),
    ("g?y", "/b/c/g?y"), ("g?y/./x", "/b/c/g?y/./x"), (";x", "/b/c/;x"), (".", "/b/c/"),
    ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"), ("../..", "/"),
    ("../../g", "/g"), ("../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."),
    ("..g", "/b/c/..g"), ("./g/.", "/b/c/g/"), ("g/../h", "/b/c/h"), ("g#s/../x", "/b/c/g"),
    ("u2?state=a:b", "/b/c/u2?state=a:b"),
  ])
  func `a relative place is found from the present one`(reference: String, target: String) throws {
    var request = HTTPRequest(
      .post, RequestTarget(literal: "/b/c/d;p?q"), at: "https://registry.example")
    request.authorization = Secret("Basic c2VjcmV0")

    let next = try #require(request.redirected(to: reference))

    #expect(next.address == "https://registry.example" && next.target.text == target)
    #expect(next.authorization != nil)
  }

  @Test func `the query of a signed link does not show in messages`() throws {
    let next = try #require(
      request(at: "https://registry.example").redirected(to: "https://store.example/x?sig=abc"))

    #expect(next.description == "GET https://store.example/x")
    #expect(next.target.description == "/x?…")
  }
}
