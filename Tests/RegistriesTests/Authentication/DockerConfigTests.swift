import Foundation
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// What the files of `docker login` and `podman login` say.
struct DockerConfigTests {
  static let hub = Data("hub:h".utf8).base64EncodedString()
  static let plain = Data("alice:a:b".utf8).base64EncodedString()

  private func identity(_ json: String, _ location: ImageLocation) throws -> String {
    switch try DockerConfig(Array(json.utf8), path: "config.json").entry(for: location) {
    case .credential(let credential): credential.identity
    case .helper(let name, let server): "\(name) for \(server)"
    case nil: "nobody"
    }
  }

  @Test(arguments: [
    #"{"auths": {"r.example": {"auth": "AUTH"}}}"#,
    #"{"auths": {"https://r.example": {"auth": "AUTH"}}}"#,
    #"{"auths": {"https://r.example/v1/": {"auth": "AUTH"}}}"#,
    #"{"auths": {"r.example": {"username": "alice", "password": "a:b"}}}"#,
  ])
  func `a login is found however its key is written`(json: String) throws {
    let json = json.replacing("AUTH", with: Self.plain)

    #expect(try identity(json, "r.example/acme/platform") == "'alice' of config.json")
    #expect(try identity(json, "other.example/acme/platform") == "nobody")
    #expect(try identity(json, "r.example.evil.example/acme/platform") == "nobody")
  }

  @Test(arguments: [
    #"{"auths": {"r.example": {"auth": "AUTH"}, "other.example": null}}"#,
    #"{"auths": {"r.example": {"auth": "AUTH"}, "other.example": {"auth": 7}}}"#,
    #"{"auths": {"r.example": {"auth": "AUTH"}, "other.example": "x"}}"#,
    #"{"auths": {"r.example": {"auth": "AUTH"}}, "credHelpers": {"other.example": 7}}"#,
    #"{"auths": {"r.example": {"auth": "AUTH"}}, "credHelpers": {"other.example": null}}"#,
  ])
  func `what is wrong with another registry's entry does not matter`(json: String) throws {
    let json = json.replacing("AUTH", with: Self.plain)

    #expect(try identity(json, "r.example/acme/platform") == "'alice' of config.json")
  }

  @Test(arguments: [
    #"{"auths": {"r.example": {"auth": 7}}}"#, #"{"auths": {"r.example": "x"}}"#,
    #"{"credHelpers": {"r.example": 7}}"#, #"{"auths": {"r.example": {"username": "alice"}}}"#,
    #"{"auths": {"r.example": {"username": "alice", "password": null}}}"#,
  ])
  func `an entry that cannot be used is refused and named, and nobody goes on without it`(
    json: String
  ) throws {
    let refusal = try #require(throws: Unknown.self) {
      try identity(json, "r.example/acme/platform")
    }
    #expect(refusal.cause == .malformed)
    #expect(refusal.detail.contains("config.json: ") && refusal.detail.contains("'r.example'"))
  }

  @Test func `an entry that says nothing leaves it to the store`() throws {
    let json = #"{"auths": {"r.example": null}, "credsStore": "desktop"}"#
    #expect(try identity(json, "r.example/acme/platform") == "desktop for r.example")
    #expect(try identity(#"{"auths": {"r.example": null}}"#, "r.example/a") == "nobody")
  }

  @Test func `the password is all that follows the first colon`() throws {
    let config = try DockerConfig(
      Array(#"{"auths": {"r.example": {"auth": "\#(Self.plain)"}}}"#.utf8), path: "config.json")
    guard case .credential(let credential)? = try config.entry(for: "r.example/a"),
      case .password(let user, let password) = credential.proof
    else {
      Issue.record("expected a password")
      return
    }
    #expect(user == "alice")
    password.reveal { #expect($0 == "a:b") }
  }

  @Test func `the longest key that the repository begins with counts`() throws {
    let json = #"""
      {"auths": {"r.example": {"username": "all", "password": "x"},
        "r.example/acme": {"username": "team", "password": "x"},
        "r.example/acme/platform": {"username": "one", "password": "x"}}}
      """#

    #expect(try identity(json, "r.example/acme/platform") == "'one' of config.json")
    #expect(try identity(json, "r.example/acme/platform-tenant") == "'team' of config.json")
    #expect(try identity(json, "r.example/acmeother/x") == "'all' of config.json")
  }

  @Test func `a helper for the host comes first, the store last`() throws {
    let json = #"""
      {"auths": {"r.example": {"username": "a", "password": "x"}, "store.example": {}},
        "credHelpers": {"r.example": "mine"}, "credsStore": "all"}
      """#

    #expect(try identity(json, "r.example/a") == "mine for r.example")
    #expect(try identity(json, "store.example/a") == "all for store.example")
    #expect(try identity(json, "docker.io/library/a") == "all for https://index.docker.io/v1/")
  }

  @Test(arguments: [
    #"{"credsStore": ""}"#, #"{"credHelpers": {"r.example": ""}}"#,
    #"{"credHelpers": {"r.example": ""}, "credsStore": "all"}"#,
  ])
  func `an empty name of a helper means none`(json: String) throws {
    #expect(try identity(json, "r.example/a") == "nobody")
  }

  @Test(arguments: [
    #"{"credsStore": "../odd"}"#, #"{"credHelpers": {"r.example": "a b"}}"#,
  ])
  func `a helper that is no name of a program is refused with the place`(json: String) {
    let thrown = #expect(throws: Unknown.self) { try identity(json, "r.example/a") }

    #expect(thrown?.cause == .malformed)
    #expect(thrown?.detail.hasPrefix("config.json: expected in cred") == true)
  }

  @Test func `Docker Hub is found under its old address`() throws {
    let json = #"{"auths": {"https://index.docker.io/v1/": {"auth": "\#(Self.hub)"}}}"#

    #expect(try identity(json, "docker.io/library/nginx") == "'hub' of config.json")
  }

  @Test(arguments: ["not json", #"{"auths": []}"#, #"{"auths": {"r.example": {"auth": "%%%"}}}"#])
  func `a file that cannot be read says where it is and not what is in it`(json: String) {
    let thrown = #expect(throws: Unknown.self) { try identity(json, "r.example/a") }

    #expect(thrown?.cause == .malformed)
    #expect(thrown?.detail.hasPrefix("config.json: ") == true)
    #expect(thrown?.detail.contains("%%%") == false)
  }

  // MARK: The files

  @Test func `a named place is the only one`() {
    let usual = ["HOME": "/people/a", "XDG_RUNTIME_DIR": "/run/user/1"]
    let named = ["DOCKER_CONFIG": "/d", "REGISTRY_AUTH_FILE": "/r.json"]

    #expect(
      DockerConfigSource.places(usual) == [
        "/people/a/.docker/config.json", "/run/user/1/containers/auth.json",
        "/people/a/.config/containers/auth.json",
      ])
    #expect(
      DockerConfigSource.places(usual.merging(named) { $1 }) == ["/d/config.json", "/r.json"])
  }

  @Test(arguments: ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE"])
  func `a login of the usual place is not used where another place is named`(
    variable: String
  ) async throws {
    try await withTemporaryDirectory { directory in
      let folder = directory.appending(".docker")
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: false)
      let login = #"{"auths": {"r.example": {"username": "admin", "password": "x"}}}"#
      try login.write(
        toFile: folder.appending("config.json").string, atomically: false, encoding: .utf8)
      var environment = ["HOME": directory.string]

      let usual = DockerConfigSource(environment: environment, silence: .isAnonymous)
      #expect(try await usual.credential(for: "r.example/a") != nil)
      environment[variable] = "\(directory)/nothing"
      let named = DockerConfigSource(environment: environment, silence: .isAnonymous)
      #expect(try await named.credential(for: "r.example/a") == nil)
    }
  }

  @Test func `silence is anonymous or an error, as was asked for`() async throws {
    try await withTemporaryDirectory { directory in
      let environment = ["HOME": directory.string]
      let lenient = DockerConfigSource(environment: environment, silence: .isAnonymous)
      let strict = DockerConfigSource(environment: environment, silence: .isRefused)

      let credential = try await lenient.credential(for: "r.example/a")
      #expect(credential?.identity == nil)
      let thrown = await #expect(throws: Unknown.self) {
        try await strict.credential(for: "r.example/a")
      }
      #expect(thrown?.detail.contains("\(directory)/.docker/config.json") == true)
    }
  }

  // MARK: Helpers

  /// Runs `body` with a source whose store is a script.
  private func withHelper(
    _ script: String, timeMax: Duration = .seconds(120),
    _ body: (DockerConfigSource, FilePath) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let program = directory.appending("docker-credential-fake")
      try await writeProgram("#!/bin/sh\ncd '\(directory)'\n\(script)\n", to: program.string)
      try Data(#"{"credsStore": "fake"}"#.utf8)
        .write(to: URL(fileURLWithPath: directory.appending("config.json").string))
      let source = DockerConfigSource(
        environment: ["DOCKER_CONFIG": directory.string], silence: .isAnonymous,
        helpers: CredentialHelpers(timeMax: timeMax, searchPath: "\(directory):/usr/bin:/bin"))
      try await body(source, directory)
    }
  }

  @Test func `a helper is asked once for each registry, by name on its input`() async throws {
    try await withHelper(
      #"""
      read server; echo "$1 $server" >> asked
      echo '{"ServerURL": "x", "Username": "helped", "Secret": "planted-secret"}'
      """#
    ) { source, directory in
      for _ in 0..<2 {
        let credential = try await source.credential(for: "r.example/acme/platform")
        #expect(credential?.identity == "'helped' of docker-credential-fake")
      }

      let asked = try String(contentsOfFile: directory.appending("asked").string, encoding: .utf8)
      #expect(asked == "get r.example\n")
    }
  }

  @Test func `a helper may give an identity token`() async throws {
    try await withHelper(#"echo '{"Username": "<token>", "Secret": "t"}'"#) { source, _ in
      let credential = try await source.credential(for: "r.example/a")
      guard case .identityToken? = credential?.proof else {
        Issue.record("expected an identity token, found \(String(describing: credential))")
        return
      }
    }
  }

  @Test func `a helper that has nothing leaves us anonymous`() async throws {
    try await withHelper("echo 'credentials not found in native keychain'; exit 1") { source, _ in
      let credential = try await source.credential(for: "r.example/a")
      #expect(credential?.identity == nil)
    }
  }

  @Test(arguments: [
    ("echo rubbish", Unknown.Cause.malformed), ("echo secret-in-complaint; exit 3", .unauthorized),
    ("kill -9 $$", .serverError), ("head -c 200000 /dev/zero", .tooLarge),
  ])
  func `a helper that fails is an error that does not repeat what it said`(
    script: String, cause: Unknown.Cause
  ) async throws {
    try await withHelper(script) { source, _ in
      let thrown = await #expect(throws: Unknown.self) {
        try await source.credential(for: "r.example/a")
      }
      #expect(thrown?.cause == cause)
      #expect(thrown?.detail.contains("docker-credential-fake") == true)
      #expect(thrown?.detail.contains("secret-in-complaint") == false)
    }
  }

  @Test func `a helper that hangs is ended, with what it started`() async throws {
    try await withHelper("sleep 600 & sleep 600", timeMax: .milliseconds(300)) { source, _ in
      let thrown = await #expect(throws: Unknown.self) {
        try await source.credential(for: "r.example/a")
      }
      #expect(thrown?.cause == .timedOut)
    }
  }

  @Test func `a helper that is not installed is named`() async throws {
    try await withTemporaryDirectory { directory in
      try Data(#"{"credsStore": "nowhere-to-be-found"}"#.utf8)
        .write(to: URL(fileURLWithPath: directory.appending("config.json").string))
      let source = DockerConfigSource(
        environment: ["DOCKER_CONFIG": directory.string], silence: .isAnonymous)
      let thrown = await #expect(throws: Unknown.self) {
        try await source.credential(for: "r.example/a")
      }
      #expect(
        thrown?.detail.contains("docker-credential-nowhere-to-be-found is not installed") == true)
    }
  }
}
