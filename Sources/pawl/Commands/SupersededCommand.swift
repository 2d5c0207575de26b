import ArgumentParser
import Capabilities
import Decisions
import Glibc
import OrderedCollections
import Presentation
import Settings
import Vocabulary

struct SupersededCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "superseded",
    abstract: "Say whether a newer candidate has taken a commit's place.",
    discussion: """
      Exits 0 and prints the newer commit when there is one whose images exist, at the head of the branch or \
      as a candidate or release in the journal; exits 10 when the commit is still the latest, and also when \
      that cannot be told: a real release is never skipped silently.
      """)

  /// Not an error: the reference system's word for "still the latest".
  private static let stillLatest: Int32 = 10

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead) var sha: String?

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(
      sha ?? assembly.commitOfJob ?? assembly.settings.source.branch.text
    ).commitForOrders(assembly)
    let branch = assembly.settings.source.branch
    return try await assembly.withOutside { outside in
      let head: Commit
      switch await outside.forge.head(of: branch) {
      case .found(let found): head = found
      case .absent: return latest(console, "the branch \(branch) does not exist")
      case .unknown(let why): return latest(console, "its head cannot be read: \(why)")
      }
      guard head != commit else { return latest(console, "it is the head of \(branch)") }
      switch await outside.forge.ancestry(of: head, from: commit) {
      case .found(.ahead), .found(.diverged): break
      case .found(.behind), .found(.identical):
        return latest(console, "the head of \(branch) is behind it")
      case .absent: return latest(console, "the repository does not know it")
      case .unknown(let why): return latest(console, "how the head stands to it is unknown: \(why)")
      }
      let builds = assembly.settings.plan(for: head).releaseSet.members.flatMap(\.builds)
      let images = await inParallel(builds) { await outside.registry.inspect($0) }
      if images.allSatisfy({ $0.value != nil }) { return superseded(by: head) }
      if let known = await newerKnown(than: commit, assembly, outside, console) {
        return superseded(by: known)
      }
      return latest(console, "\(head.short) is newer, and not all of its images exist")
    }
  }

  /// What the journal knows that is ahead of `commit`: what the channels show, else the release that was
  /// proven last, else the newest candidate that has not ended.
  private func newerKnown(
    than commit: Commit, _ assembly: Assembly, _ outside: Outside, _ console: Console
  ) async -> Commit? {
    let state: ControlState
    do throws(ProcessFailure) { state = try assembly.state() } catch {
      console.remark(Line("the journal cannot be asked: \(error.message)", .quiet))
      return nil
    }
    let releases = state.facts.releases
    let admitted = state.runs.values.last {
      $0.candidate != nil && ($0.isLive || $0.conclusion == .admitted)
    }
    let known = [releases.current, releases.newest?.candidate.commit, admitted?.commit]
    for case let newer? in known where newer != commit {
      // Anything but proof that it is ahead is none.
      if case .found(.ahead) = await outside.forge.ancestry(of: newer, from: commit) {
        return newer
      }
    }
    return nil
  }

  private func superseded(by newer: Commit) -> Int32 {
    write(newer.text + "\n", to: STDOUT_FILENO)
    return ExitStatus.success.rawValue
  }

  private func latest(_ console: Console, _ why: String) -> Int32 {
    console.remark(Line("not superseded: \(why)", .quiet))
    return Self.stillLatest
  }
}
