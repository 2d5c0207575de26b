import Testing
import Transport
import Vocabulary

@testable import Fleets

@Suite struct BuildInfoProberTests {
  private static let commit: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let honest = FetchedPage(
    status: 200, body: Array(#"{"git_sha":"7a72516f7e7ba1a710c4f393fef08be8d22e1866"}"#.utf8))

  @Test func `a named commit and good health is a running tenant`() async {
    let answers = Answers([
      "/buildinfo": .success(Self.honest), "/health": .success(FetchedPage(status: 204, body: [])),
    ])

    #expect(await observe(answers) == .running(Self.commit))
  }

  @Test func `failing health is unhealthy, however it fails`() async {
    for health: Result<FetchedPage, Unknown> in [
      .success(FetchedPage(status: 503, body: [])), .success(FetchedPage(status: 302, body: [])),
      .failure(Unknown(.timedOut, "silent")),
    ] {
      let answers = Answers(["/buildinfo": .success(Self.honest), "/health": health])
      #expect(await observe(answers) == .unhealthy(Self.commit))
    }
  }

  @Test func `without a health path the commit alone counts`() async {
    let answers = Answers(["/buildinfo": .success(Self.honest)])
    let prober = BuildInfoProber(healthPath: nil, fetch: answers)

    #expect(await prober.observe("http://127.0.0.1:8801") == .running(Self.commit))
  }

  @Test func `paths and field are the configured ones, below the tenant's address`() async {
    let answers = Answers([
      "/base/api/info": .success(
        FetchedPage(
          status: 200, body: Array(#"{"rev":"7a72516f7e7ba1a710c4f393fef08be8d22e1866"}"#.utf8))),
      "/base/ok": .success(FetchedPage(status: 200, body: [])),
    ])
    let prober = BuildInfoProber(
      path: "/api/info", field: "rev", healthPath: "/ok", fetch: answers)

    #expect(await prober.observe("http://127.0.0.1:8801/base") == .running(Self.commit))
  }

  @Test func `what stands before the commit is taken off, and has to be there`() async {
    for (text, seen): (String, Observation) in [
      ("staging-7a72516f7e7ba1a710c4f393fef08be8d22e1866", .running(Self.commit)),
      (
        "7a72516f7e7ba1a710c4f393fef08be8d22e1866",
        .unidentified(
          "git_sha is '7a72516f7e7ba1a710c4f393fef08be8d22e1866', expected 'staging-' and "
            + Commit.expectation)
      ),
    ] {
      let answers = Answers([
        "/buildinfo": .success(
          FetchedPage(status: 200, body: Array(#"{"git_sha":"\#(text)"}"#.utf8)))
      ])
      let prober = BuildInfoProber(prefix: "staging-", healthPath: nil, fetch: answers)

      #expect(await prober.observe("http://127.0.0.1:8801") == seen)
    }
  }

  @Test func `a page that names no commit is unidentified`() async {
    let answers = Answers([
      "/buildinfo": .success(FetchedPage(status: 200, body: Array(#"{"git_sha":""}"#.utf8)))
    ])

    #expect(await observe(answers) == .unidentified("git_sha is empty"))
  }

  @Test func `a body over 64 KiB is unidentified, cut off or not`() async {
    let padding = [UInt8](repeating: 0x20, count: 65_536)
    for answer: Result<FetchedPage, Unknown> in [
      .failure(Unknown(.tooLarge, "cut off")),
      .success(FetchedPage(status: 200, body: Self.honest.body + padding)),
    ] {
      #expect(
        await observe(Answers(["/buildinfo": answer]))
          == .unidentified("the body is larger than 64 KiB"))
    }
  }

  @Test(arguments: [
    (404, Unknown.Cause.malformed), (301, .malformed), (204, .malformed), (401, .unauthorized),
    (403, .forbidden), (429, .rateLimited), (502, .serverError),
  ])
  func `another status is unreachable and never a commit`(
    status: Int, cause: Unknown.Cause
  ) async {
    let answers = Answers([
      "/buildinfo": .success(FetchedPage(status: status, body: Self.honest.body))
    ])

    #expect(
      await observe(answers)
        == .unreachable(
          Unknown(
            cause, "expected status 200 from http://127.0.0.1:8801/buildinfo, found \(status)")))
  }

  @Test func `silence keeps its cause`() async {
    let answers = Answers(["/buildinfo": .failure(Unknown(.timedOut, "silent for 5s"))])

    #expect(await observe(answers) == .unreachable(Unknown(.timedOut, "silent for 5s")))
  }

  @Test func `it reads at most 64 KiB for at most 5 seconds`() async {
    #expect(BuildInfoProber.bytesMax == 65_536)
    #expect(BuildInfoProber.timeMax == .seconds(5))
    _ = await observe(Answers([:]))
  }

  @Test(arguments: ["buildinfo", "/", "/a b", "/a?b", "/a/", "", "/ä"])
  func `what is not a plain path is refused`(text: String) {
    #expect(throws: Malformed.self) { try WebPath(parsing: text) }
  }

  private func observe(_ answers: Answers) async -> Observation {
    await BuildInfoProber(fetch: answers).observe("http://127.0.0.1:8801")
  }

  /// Answers by path; expects the prober's own limits with every question.
  private struct Answers: HTTPFetch {
    let pages: [String: Result<FetchedPage, Unknown>]

    init(_ pages: [String: Result<FetchedPage, Unknown>]) { self.pages = pages }

    func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown> { .success([]) }

    func get(
      _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
      timeMax: TimeSpan
    ) async -> Result<FetchedPage, Unknown> {
      #expect(bytesMax == 65_536 && timeMax == .seconds(5))
      let path = String(address.text.dropFirst("http://127.0.0.1:8801".count))
      return pages[path] ?? .failure(Unknown(.unreachable, "nothing answers \(path)"))
    }
  }
}
