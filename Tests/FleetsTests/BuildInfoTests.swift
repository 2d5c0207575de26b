import Testing
import Vocabulary

@testable import Fleets

@Suite struct BuildInfoTests {
  @Test func `a full commit is who the tenant is`() {
    #expect(
      read(#"{"git_sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866","x":[1]}"#)
        == .commit("7a72516f7e7ba1a710c4f393fef08be8d22e1866"))
  }

  @Test func `a commit of sixty-four digits counts, and case does not`() {
    let digits = String(repeating: "aB", count: 32)
    #expect(
      read(#"{"git_sha":"\#(digits)"}"#)
        == .commit("abababababababababababababababababababababababababababababababab"))
  }

  @Test func `the field's name is the one that was configured`() {
    let body = Array(#"{"git_sha":"dev","rev":"7a72516f7e7ba1a710c4f393fef08be8d22e1866"}"#.utf8)
    #expect(
      BuildInfo(body: body, field: "rev") == .commit("7a72516f7e7ba1a710c4f393fef08be8d22e1866"))
  }

  @Test(arguments: [
    (#"{"git_sha":"dev"}"#, "git_sha is 'dev', expected 40 or 64 hexadecimal digits"),
    (#"{"git_sha":"7a72516"}"#, "git_sha is '7a72516', expected 40 or 64 hexadecimal digits"),
    (#"{"git_sha":""}"#, "git_sha is empty"),
    (#"{"git_sha":null}"#, "git_sha is not a string"),
    (#"{"git_sha":1e999999}"#, "git_sha is not a string"),
    (#"{"git_sha":["7a72516f7e7ba1a710c4f393fef08be8d22e1866"]}"#, "git_sha is not a string"),
    (#"{"sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866"}"#, "there is no field git_sha"),
    (#"["7a72516f7e7ba1a710c4f393fef08be8d22e1866"]"#, "the body is not a JSON object"),
    ("7a72516f7e7ba1a710c4f393fef08be8d22e1866", "the body is not a JSON object"),
    ("<html>starting</html>", "the body is not a JSON object"),
    (#"{"git_sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866""#, "the body is not a JSON object"),
    ("", "the body is not a JSON object"),
  ])
  func `anything else is nobody, with the reason`(body: String, reason: String) {
    #expect(read(body) == .unidentified(reason))
  }

  @Test(arguments: [
    #"{"git_sha":"\#(first)","git_sha":"\#(second)"}"#,
    #"{"git_sha":"\#(first)","git_sha":"\#(first)"}"#,
    #"{"git_sha" : "\#(first)", "x": {"y": ["}", "\""]}, "git\u005fsha"\#n: null}"#,
  ])
  func `a field that stands there twice names nobody, whichever was meant`(body: String) {
    #expect(read(body) == .unidentified("git_sha stands there more than once"))
  }

  @Test(arguments: [
    #"{"git_sha":"\#(first)","image":{"git_sha":"\#(second)"}}"#,
    #"{"git_sha":"\#(first)","list":["git_sha",{"git_sha":1}],"name":"git_sha"}"#,
    #"{"x":"\\","git_sha":"\#(first)","git_sha_before":"\#(second)"}"#,
  ])
  func `the same name elsewhere is another field`(body: String) throws {
    #expect(read(body) == .commit(try Commit(parsing: Self.first)))
  }

  private static let first = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let second = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  @Test func `an image is named by its whole digest and by nothing shorter`() throws {
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    func image(_ text: String) -> BuildInfo {
      BuildInfo(body: Array(#"{"image":"\#(text)"}"#.utf8), field: "image", naming: .image)
    }

    #expect(image(digest) == .image(try Digest(parsing: digest)))
    for other in [
      "sha256:abababababab", String(digest.dropFirst(7)), digest.uppercased(), "latest", "dev",
      "registry.example/acme/app@\(digest)", Self.first,
    ] {
      guard case .unidentified = image(other) else {
        Issue.record("\(other) was taken for an image")
        continue
      }
    }
    #expect(
      image("dev") == .unidentified("image is 'dev', expected \(Digest.expectation)"))
  }

  @Test func `a long hostile field is shortened and cannot move the cursor`() {
    let body = #"{"git_sha":"\u001b[2J"# + String(repeating: "z", count: 5_000) + #""}"#
    let shown = "?[2J" + String(repeating: "z", count: 36) + "…"
    #expect(
      read(body)
        == .unidentified("git_sha is '\(shown)', expected 40 or 64 hexadecimal digits"))
  }

  private static let hostile: [[UInt8]] = [
    Array(repeating: UInt8(ascii: "["), count: 60_000),
    Array(#"{"git_sha":"#.utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 60_000),
    Array(#"{"git_sha":"#.utf8) + [UInt8](repeating: UInt8(ascii: "9"), count: 60_000) + [0x7D],
    Array(String(repeating: #"{"git_sha":"#, count: 5_000).utf8),
    Array(#"{"git_sha":"\ud800"}"#.utf8),
    Array(repeating: 0x80, count: 65_536),
    [0x7B, 0xFF, 0xFE, 0x7D],
    [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00],
    [0x00], [0x22], [0x7B], [0x22, 0x5C],
  ]

  @Test(arguments: hostile)
  func `hostile bytes are nobody and trap nothing`(body: [UInt8]) {
    guard case .unidentified = BuildInfo(body: body, field: "git_sha") else {
      Issue.record("hostile bytes were taken for a commit")
      return
    }
  }

  @Test func `every cut of an honest body is nobody`() {
    let body = Array(#"{"git_sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866"}"#.utf8)
    for length in 0..<body.count {
      #expect(
        BuildInfo(body: Array(body[..<length]), field: "git_sha")
          == .unidentified("the body is not a JSON object"))
    }
  }

  private func read(_ body: String) -> BuildInfo {
    BuildInfo(body: Array(body.utf8), field: "git_sha")
  }
}
