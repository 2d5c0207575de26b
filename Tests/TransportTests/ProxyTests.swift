import TestSupport
import Testing
import Transport
import Vocabulary

/// What goes through a proxy, and what does not.
@Suite(.timeLimit(.minutes(1)))
struct ProxyTests {
  private static func proxy(
    of address: HTTPAddress, _ environment: [String: String]
  ) throws -> ProxyServer? {
    try ProxyServer(of: address) { environment[$0] }
  }

  @Test(
    arguments: [
      (["https_proxy": "http://proxy:3128"], "https://git.example.com", "proxy:3128"),
      (["HTTPS_PROXY": "http://proxy:3128/"], "https://git.example.com", "proxy:3128"),
      (["HTTPS_PROXY": "proxy:3128"], "https://git.example.com", "proxy:3128"),
      (["http_proxy": "http://proxy:1"], "http://git.example.com", "proxy:1"),
      (["HTTP_PROXY": "http://proxy:1"], "http://git.example.com", nil),
      (["http_proxy": "http://proxy:1"], "https://git.example.com", nil),
      (["ALL_PROXY": "http://proxy:2"], "https://git.example.com", "proxy:2"),
      (["https_proxy": "", "all_proxy": "http://proxy:2"], "https://git.example.com", "proxy:2"),
      ([:], "https://git.example.com", nil),
      (["https_proxy": "http://Proxy:80"], "https://git.example.com", "proxy:80"),
      (["https_proxy": "[::1]:80"], "https://git.example.com", "[::1]:80"),
      (["https_proxy": "http://a:1", "no_proxy": "*"], "https://git.example.com", nil),
      (
        ["https_proxy": "http://a:1", "no_proxy": "x, example.com"], "https://git.example.com", nil
      ),
      (["https_proxy": "http://a:1", "NO_PROXY": ".Example.com"], "https://git.example.com", nil),
      (["https_proxy": "http://a:1", "no_proxy": "example.com:443"], "https://example.com", nil),
      (
        ["https_proxy": "http://a:1", "no_proxy": "example.com:8443"], "https://example.com", "a:1"
      ),
      (["https_proxy": "http://a:1", "no_proxy": "ample.com"], "https://git.example.com", "a:1"),
    ] as [([String: String], HTTPAddress, String?)])
  func `the environment says which proxy, and for which hosts none`(
    environment: [String: String], address: HTTPAddress, authority: String?
  ) throws {
    #expect(try Self.proxy(of: address, environment)?.authority == authority)
  }

  @Test(arguments: [
    "socks5://proxy:1", "https://proxy:1", "http://proxy", "http://user@proxy:1",
    "http://user:%zz@proxy:1", "http://proxy:port", "http://[::1]", "http://proxy:1/path",
  ])
  func `what is no proxy is refused, and not repeated`(text: String) {
    #expect {
      try Self.proxy(of: "https://git.example.com", ["https_proxy": text])
    } throws: { error in
      let sentence = String(describing: error)
      return sentence.contains("https_proxy") && !sentence.contains(text)
    }
  }

  @Test func `only what is meant for it goes through the proxy`() async throws {
    let (program, host) = try await ProxyProgram.run { program in
      try await withFaultyServer({ _ in .answer(200) }) { server in
        let proxy = try Self.proxy(
          of: server.address, ["http_proxy": "http://\(program.authority)"])
        try await Connections.open(version: "1", proxy: proxy) { connections in
          var request = HTTPRequest(.get, RequestTarget(literal: "/direct"), at: server.address)
          _ = try await connections.exchange(request, limits: ConnectionsTests.once).get()
          #expect(program.connected.isEmpty)

          request.isProxied = true
          _ = try await connections.exchange(request, limits: ConnectionsTests.once).get()
        }

        #expect(server.received.count == 2)
        return (program, server.host.text)
      }
    }
    // It has ended, so that all it wrote is there.
    #expect(program.connected == [host])
  }

  @Test func `a proxy that refuses is named, not the server behind it`() async throws {
    let proxy = try Self.proxy(
      of: "http://git.example.com", ["http_proxy": "http://user:word@127.0.0.1:1"])
    let result = try await Connections.open(version: "1", proxy: proxy) { connections in
      var request = HTTPRequest(
        .get, RequestTarget(literal: "/"), at: "http://git.example.com")
      request.isProxied = true
      request.plainHTTP = .anywhere
      return await connections.exchange(request, limits: ConnectionsTests.once)
    }

    guard case .failure(let failure) = result else {
      Issue.record("expected no answer, found one")
      return
    }
    #expect(
      failure.unknown.detail
        == "GET http://git.example.com/ through the proxy 127.0.0.1:1: nothing listens there "
        + "(connection refused); is it running?")
    #expect(failure.delivery == .neverSent)
  }

  @Test func `a proxy that wants a login gets it, and without an accepted one nothing is sent`()
    async throws
  {
    try await ProxyProgram.run(wantsLogin: true) { program in
      try await withFaultyServer({ _ in .answer(200) }) { server in
        func exchange(_ login: String) async throws -> Result<HTTPAnswer, ExchangeFailure> {
          let proxy = try Self.proxy(
            of: server.address, ["http_proxy": "http://\(login)\(program.authority)"])
          return try await Connections.open(version: "1", proxy: proxy) { connections in
            var request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
            request.isProxied = true
            return await connections.exchange(request, limits: ConnectionsTests.once)
          }
        }
        let password = ProxyProgram.password.replacing("@", with: "%40").replacing(" ", with: "%20")

        #expect(try await exchange("\(ProxyProgram.user):\(password)@").get().status == 200)
        // This proxy answers 407 to none and 401 to a wrong one, as if it were the server.
        for (login, cause, words) in [
          ("", Unknown.Cause.unauthorized, "407"),
          ("\(ProxyProgram.user):wrong@", .unreachable, "the proxy made no connection"),
        ] {
          guard case .failure(let failure) = try await exchange(login) else {
            Issue.record("expected a refusal by the proxy")
            continue
          }
          #expect(failure.unknown.cause == cause)
          #expect(failure.delivery == .neverSent)
          #expect(failure.unknown.detail.contains(words))
        }
        #expect(server.received.count == 1)
      }
    }
  }
}
