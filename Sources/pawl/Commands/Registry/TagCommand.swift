import ArgumentParser
import Presentation
import Registries
import Vocabulary

/// Sets tags without pulling or pushing an image.
struct TagCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Set tags on images, in their own repositories.",
    discussion: """
      Every source is read and verified before the first tag is set; with --revision, the label of every \
      image in an index, which costs two requests for each, and exits 23 when one says something else. \
      With --all-or-nothing, what the tags showed is read too, and put back when one of them refuses. No \
      journal is kept: a channel is moved with pawl promote.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RegistryOptions
  @Argument(
    help: "Images, as host/repository:tag or @digest.",
    transform: { try ImageReference(typed: $0) })
  var sources: [ImageReference]
  @Option(
    name: .customLong("to"), parsing: .singleValue,
    help: "The tag to set; repeat it for several.", transform: { try TagName(parsing: $0) })
  var tags: [TagName]
  @Option(
    help: "Refuse an image that does not say it was built from this full commit.",
    transform: { try Commit(parsing: $0) })
  var revision: Commit?
  @Option(
    help: "With --revision, ask the image of this platform alone, such as linux/arm64.",
    transform: { try ImagePlatform(parsing: $0) })
  var platform: ImagePlatform?
  @Flag(help: "Put back what was set when one of the tags refuses.") var allOrNothing = false
  @Flag(help: "Ask every tag what it shows after it was set.") var readBack = false
  @Flag(help: "Ask the registry to set several tags of a repository with one request.")
  var atOnce = false
  @Flag(help: "Only read, and tell what would be done.") var dryRun = false

  func validate() throws {
    if sources.isEmpty { throw ValidationError("expected at least one image, found none") }
    if tags.isEmpty { throw ValidationError("expected at least one --to TAG, found none") }
    if platform != nil, revision == nil {
      throw ValidationError("--platform goes with --revision")
    }
    let targets = moves.map(\.target)
    if Set(targets).count != targets.count {
      throw ValidationError("one tag of one repository is named for two images or twice")
    }
  }

  private var moves: [Retagging.Move] {
    sources.flatMap { source in
      tags.map { Retagging.Move(source: source, target: source.location.at($0)) }
    }
  }

  func perform(_ console: Console) async throws -> Int32 {
    let locations = sources.map(\.location)
    let result = try await options.withRegistry(
      common, console, to: locations, written: dryRun ? [] : locations,
      platform: platform ?? .current
    ) { registry -> Result<[Retagging.Outcome], Retagging.Problems> in
      let retagging = Retagging(
        registry: registry, moves: moves, revision: revision, platform: platform,
        isTogether: allOrNothing || dryRun, readsBack: readBack, isAtOnce: atOnce)
      do throws(Retagging.Problems) {
        return .success(try await retagging.perform(isDry: dryRun))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let outcomes):
      if let platform {
        console.remark(Line("of an index, the label of the image for \(platform) was read", .quiet))
      }
      let report = TagReport(tags: outcomes, dryRun: dryRun)
      console.answer(report)
      return report.exitCode
    case .failure(let problems):
      return try refuse(problems, on: console)
    }
  }

  /// - Throws: when something is missing or unknown, which is no answer of any image.
  private func refuse(_ problems: Retagging.Problems, on console: Console) throws -> Int32 {
    let sentence = "nothing was set, because not everything is as it should be"
    let status: ExitStatus
    switch problems.kind {
    case .mislabelled:
      console.answer(MislabelledReport(refused: sentence, why: problems.sentences))
      return Conclusion.refused(.unlabelled).exitCode
    case .missing: status = .inputMissing
    case .unknown: status = .unavailable
    }
    throw ProcessFailure(
      status, sentence, advice: "mend it, then run the same command again",
      details: problems.sentences)
  }
}

/// No tag was set, because an image says something else than it was asked for.
struct MislabelledReport: Report {
  let refused: String
  let why: [String]

  func lines() -> [Line] { [Line("✗ " + refused, .bad)] + why.map { Line("  " + $0) } }
}

struct TagReport: Report {
  let tags: [Retagging.Outcome]
  let dryRun: Bool

  /// 0 when all are set, 69 when surely none is that was not before, 26 when some are or may be.
  var exitCode: Int32 {
    let states = tags.map(\.state)
    if states.allSatisfy({ $0 == .set || $0 == .untouched }) { return ExitStatus.success.rawValue }
    return states.contains { [.left, .set, .doubtful].contains($0) }
      ? Conclusion.refused(.stalePlan).exitCode : ExitStatus.unavailable.rawValue
  }

  func lines() -> [Line] {
    tags.map { tag in
      let isFine = tag.state == .set
      var line = Line(isFine ? "✓ " : dryRun ? "○ " : "✗ ", isFine ? .good : dryRun ? .quiet : .bad)
      line.add("\(tag.tag)  \(tag.from.map { "\($0.short) " } ?? "")→ \(tag.to)  ")
      line.add(dryRun ? (tag.from == tag.to ? "already" : "would be set") : tag.state.rawValue)
      if let why = tag.why { line.add(": \(why)") }
      return line
    }
  }
}
