import Control
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Journaling

/// What git says of a host that refuses, told in words of ours.
@Suite(.timeLimit(.minutes(1)))
struct GitRefusalTests {
  private static let remote = "https://git.example.com/acme/rate-limit.git"
  private static let forbidden =
    "fatal: unable to access '\(remote)/': The requested URL returned error: 403\n"

  @Test(arguments: [
    "remote: You have exceeded a secondary rate limit. Please wait a few minutes before you try "
      + "again.\n" + forbidden,
    "remote: API rate limit exceeded for user ID 7.\n" + forbidden,
    "remote: You have triggered an abuse detection mechanism.\n" + forbidden,
    "remote: This request was rate-limited due to too many requests.\n" + forbidden,
    "remote: This endpoint has been requested too many times. Try again later.\n" + forbidden,
    "fatal: unable to access '\(remote)/': The requested URL returned error: 429\n",
    "error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429\n"
      + "fatal: the remote end hung up unexpectedly\n",
  ])
  func `a host that asks to slow down is told of as that, and may be asked again`(
    _ complaint: String
  ) throws {
    let (mayPass, failure) = reason(complaint)

    #expect(mayPass)
    guard case .unreachable(_, let detail) = failure else {
      Issue.record("expected a host out of reach, found \(failure)")
      return
    }
    #expect(
      detail == "\(Self.remote) asks to slow down; wait some minutes, and if git has no credential "
        + "for it, give git one: that raises the limit")
  }

  @Test(arguments: [
    forbidden,
    "remote: Permission to acme/rate-limit.git denied to bob.\n" + forbidden,
    "remote: Write access to repository not granted.\n" + forbidden,
    "error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\n",
  ])
  func `a right that is missing is told of as that, whatever the repository is called`(
    _ complaint: String
  ) {
    let (mayPass, failure) = reason(complaint)

    #expect(mayPass == false)
    #expect("\(failure)".contains("permissions: contents: write"))
  }

  @Test func `a host that shows its limit as 403 is told of when the journal is opened`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      try await withFaultyServer { _ in
        .answer(
          403, headers: [HTTPHeader("Content-Type", "text/plain")],
          body: Array("You have exceeded a secondary rate limit.".utf8))
      } _: { server in
        let place = GitJournalPlace(
          remote: "\(server.address)/acme/platform.git", reference: JournalGround.reference,
          cache: folder.appending("job").string)

        let refusal = failure { () throws(JournalFailure) in
          try SharedJournal.open(place, delivery: "platform", mode: .acting) {
            Timestamp(milliseconds: 5_000)
          }
        }

        let found = try #require(refusal)
        #expect("\(found)".contains("asks to slow down"))
      }
    }
  }

  private func reason(_ complaint: String) -> (mayPass: Bool, JournalFailure) {
    let place = GitJournalPlace(
      remote: Self.remote, reference: JournalGround.reference, cache: "/srv/pawl")
    return GitRefusal(place: place).reason(
      GitRun.Answer(code: 128, output: [], complaint: complaint), doing: "push to")
  }
}
