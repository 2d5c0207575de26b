import Settings
import Testing
import Vocabulary

/// `driver: docker` and `driver: swarm`.
struct EngineDriverTests {
  @Test(arguments: ["docker", "swarm"])
  func `what is left out has a default`(driver: String) throws {
    let engine = try settings("driver: \(driver)")

    #expect(engine.location == .socket("/var/run/docker.sock"))
    #expect(engine.naming == "{slug}")
    #expect(engine.creation == nil)
    #expect(engine.startBudget == .seconds(30))
  }

  @Test func `an engine on the network, names, a budget, and how a tenant is made`() throws {
    let engine = try settings(
      """
      driver: docker
          engine: {url: "https://10.0.0.5:2376", ca: ca.pem, certificate: cert.pem, key: key.pem}
          name: "tenant-{slug}.eu"
          start_budget: 90s
          create: {network: tenants, port: 8080, environment: {B: "2", A: "x y"}, restart: always}
      """)

    guard case .network(let url, let trust) = engine.location else {
      Issue.record("expected an engine on the network, found \(engine.location)")
      return
    }
    #expect(url == "https://10.0.0.5:2376")
    #expect(trust.authority == "ca.pem")
    #expect(trust.identity?.certificate == "cert.pem" && trust.identity?.key == "key.pem")
    #expect(engine.naming.prefix == "tenant-" && engine.naming.suffix == ".eu")
    #expect(engine.startBudget == .seconds(90))
    let creation = try #require(engine.creation)
    #expect(creation.network == "tenants" && creation.port == 8080)
    #expect(creation.environment.map(\.name) == ["B", "A"])
    #expect(creation.environment.map(\.value) == ["2", "x y"])
    #expect(creation.restart == .always)
  }

  @Test func `in the engine's own network a tenant listens where its address says`() throws {
    let engine = try settings("driver: swarm\n    create: {network: host}")

    #expect(engine.creation?.port == nil)
    #expect(engine.creation?.restart == .unlessStopped)
  }

  @Test(arguments: [
    (
      "engine: /var/run/docker.sock",
      "'fleets.production.engine': expected where the engine answers"
    ),
    ("engine: tcp://10.0.0.5:2375", "expected where the engine answers"),
    ("engine: {url: \"http://10.0.0.5:2375\"}", "over plain http everybody on the way"),
    (
      "engine: {url: \"https://10.0.0.5:2376\", key: k.pem}",
      "expected 'certificate' and 'key' together"
    ),
    (
      "engine: {url: \"https://a\", socket: /x}",
      "unknown key 'socket' in 'fleets.production.engine'"
    ),
    ("name: tenant", "is not a name of containers or services"),
    ("name: \"{slug}-{slug}\"", "is not a name of containers or services"),
    ("name: \"-{slug}\"", "is not a name of containers or services"),
    ("start_budget: 0s", "expected a time from 100ms to 30m"),
    ("create: {port: 0}", "expected a whole number from 1 to 65535"),
    ("create: {network: tenants}", "expected 'port', where the tenant listens"),
    ("create: {network: host, port: 80}", "expected no 'port'"),
    ("create: {network: \"a b\", port: 80}", "is not a name of a network"),
    ("create: {port: 80, environment: {PORT: \"1\"}}", "PORT is set for every tenant by pawl"),
    (
      "create: {port: 80, environment: {\"A-B\": \"1\"}}",
      "is not a name of an environment variable"
    ),
    ("create: {port: 80, restart: sometimes}", "'fleets.production.create.restart'"),
    ("create: {port: 80, volumes: [a]}", "unknown key 'volumes' in 'fleets.production.create'"),
    ("redeploy: [mover]", "unknown key 'redeploy' in 'fleets.production'"),
  ])
  func `what cannot be is said where it stands`(line: String, sentence: String) {
    let found = firstSentence(Sample.with("driver: processes", "driver: docker\n    \(line)"))

    #expect(found.contains(sentence), "\(found)")
  }

  @Test func `tenants may be anywhere, each at its own address`() {
    let text = Sample.with("driver: processes", "driver: docker")
      .replacing("http://127.0.0.1:8801", with: "https://acme.example.com")

    #expect(places(text) == [])
    let twice = text.replacing("http://127.0.0.1:8802", with: "https://acme.example.com/")
    #expect(places(twice).count == 1)
  }

  private func settings(_ driver: String) throws -> EngineSettings {
    switch try accepted(Sample.with("driver: processes", driver)).fleet.driver {
    case .docker(let engine), .swarm(let engine): return engine
    case .processes, .command, .kubernetes, .controlPlane:
      Issue.record("expected a driver for an engine")
      throw Malformed(noun: "driver", expected: "docker or swarm", found: driver)
    }
  }
}
