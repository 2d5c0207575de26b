import Settings
import Testing
import Vocabulary

/// The words that exist only in pawl.yaml.
struct WordTests {
  @Test(arguments: [
    ".", "..", "/srv/git/platform.git", "../platform", "my repos/platform", "./a:b", "C/a",
    "https://git.example.com/acme/platform.git", "https://git.example.com:8443/a",
    "file:///srv/git/a",
    "ssh://git.example.com/a", "ssh://git@git.example.com:2222/a",
    "git@git.example.com:acme/platform",
    "http://127.0.0.1:3000/acme/platform", "http://localhost/a",
  ])
  func `a repository is a path or a safe address`(text: String) {
    #expect(GitLocation.normalized(text) == text)
  }

  @Test(arguments: [
    "", " ", " .", "-", "--upload-pack=evil", "ext::sh -c true", "fd::17", "foo::bar", "host:path",
    "a@b::c", "https://user@host/a", "https://user:password@host/a", "ssh://git:password@host/a",
    "ssh://-oProxyCommand=x/a", "ssh://-o@host/a", "-o@host:a", "git@-host:a",
    "http://example.com/a",
    "http://localhost.evil.example/a", "git://example.com/a", "ftp://example.com/a", "https:///a",
    "https://", "file://host/a", "a\nb", "a\u{1B}", "javascript://x",
  ])
  func `what git would run, or anybody could forge, is no repository`(text: String) {
    #expect(GitLocation.normalized(text) == nil)
  }

  @Test(arguments: [
    (".", true), ("/srv/a", true), ("file:///srv/a", true), ("https://a/b", false),
    ("git@a:b", false), ("ssh://a/b", false),
  ])
  func `a repository is on this disk or elsewhere`(text: String, isLocal: Bool) throws {
    #expect(try GitLocation(parsing: text).isLocal == isLocal)
  }

  @Test(arguments: [
    "{registry}/acme/platform:staging-{sha}", "{registry}/a:{sha}", "{registry}/a:x-{sha}-amd64",
    "{registry}/a/b/c:{sha}", "{registry}/a:staging-{sha7}",
  ])
  func `a template has the registry in front and the commit in the tag`(text: String) {
    #expect(BuildTemplate.normalized(text) == text)
  }

  @Test(arguments: [
    "", "{registry}", "{registry}/a", "{registry}/a:latest", "{registry}/a-{sha}:latest", "a:{sha}",
    "registry.example.com/a:{sha}", "https://{registry}/a:{sha}", "{registry}:5000/a:{sha}",
    "{registry}/A:{sha}", "{registry}/a:-{sha}", "{registry}/a:{sha}-{sha}", "{registry}/a:{sha} ",
    "{registry}/{registry}/a:{sha}", "{registry}/a@{sha}", "{registry}/a:{SHA}",
    "{registry}//a:{sha}",
    "{registry}/a:" + String(repeating: "x", count: 65) + "{sha}",
  ])
  func `a template that would not always fill in is refused`(text: String) {
    #expect(BuildTemplate.normalized(text) == nil)
  }

  @Test func `a short name has the first seven digits`() throws {
    let template = try BuildTemplate(parsing: "{registry}/a:staging-{sha7}")

    #expect(
      template.reference(in: "host:5000", of: "7a72516f7e7ba1a710c4f393fef08be8d22e1866")
        == "host:5000/a:staging-7a72516")
  }

  @Test func `a template fills in up to the longest tag`() throws {
    let template = try BuildTemplate(
      parsing: "{registry}/a:" + String(repeating: "x", count: 64) + "{sha}")
    let commit = try Commit(parsing: String(repeating: "0", count: 64))

    let reference = template.reference(in: "host:5000", of: commit)

    #expect(ImageReference.normalized(reference.text) == reference.text)
    #expect(template.location(in: "host:5000") == "host:5000/a")
  }

  @Test func `names of variables are what a shell takes`() {
    #expect(["A", "_", "PAWL_PASSWORD_2"].allSatisfy { EnvironmentName.normalized($0) == $0 })
    #expect(
      ["", "2A", "A-B", "A=B", "A B", "$A", "ä"].allSatisfy {
        EnvironmentName.normalized($0) == nil
      })
  }

  @Test func `a probe asks for a plain path`() {
    #expect(["/", "/buildinfo", "/a/b-c_d.e~f"].allSatisfy { ProbePath.normalized($0) == $0 })
    #expect(
      ["", "buildinfo", "/a?b", "/a#b", "/a b", "/a%00", "http://a/", "/\n"].allSatisfy {
        ProbePath.normalized($0) == nil
      })
  }

  @Test func `a project has an owner and a name`() {
    #expect(["acme/platform", "a/b/c", "A.b/c_d"].allSatisfy { ProjectPath.normalized($0) == $0 })
    #expect(
      ["", "acme", "/a", "a/", "a//b", "a/..", "./a", "a b/c", "https://a/b"].allSatisfy {
        ProjectPath.normalized($0) == nil
      })
  }
}
