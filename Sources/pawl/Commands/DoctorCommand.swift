import ArgumentParser
import Presentation
import Registries
import Settings
import Vocabulary

/// Whether a release could be carried out: who we are at each registry, what we may do there, and whether
/// the channels' tags may move.
struct DoctorCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the registries of a delivery before a release needs them.",
    discussion: """
      Tries to read and push in every repository of every channel; an upload that is begun for that is \
      cancelled. Asks ECR which tags may be moved. Exits 69 when something would stop a release.
      """)

  @OptionGroup var common: CommonOptions

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let channels = assembly.settings.plan(for: .unspecified).channels
    let locations = assembly.settings.locationsWritten
    let report = try await console.withConnections { connections in
      let logins = try assembly.logins(connections)
      let registry = OCIRegistry(connections: connections, logins: logins, written: locations)
      let access = await inParallel(locations) { await registry.access(to: $0, pushing: true) }
      let rules = await inParallel(locations) { location in
        let login = logins.first { $0.host == location.registry }
        return await (login?.source as? ECRLogin)?.mutability(of: location.repository)
      }
      return DoctorReport(
        access: LoginReport(Array(zip(locations, access)), pushing: true),
        tags: zip(locations, rules).flatMap { location, rule in
          channels.filter { $0.members.contains { $0.location == location } }.compactMap {
            channel in
            rule.map { DoctorReport.Tag(location.at(channel.name.tag), channel.name.tag, $0) }
          }
        })
    }
    console.answer(report)
    return (report.isHealthy ? ExitStatus.success : .unavailable).rawValue
  }
}

struct DoctorReport: Report {
  /// A channel's tag in a registry that can forbid moving it.
  struct Tag: Encodable, Sendable {
    let tag: ImageReference
    /// Left out when it could not be learnt.
    let mayMove: Bool?
    /// As ECR spells it.
    let setting: String?
    let why: String?

    init(_ reference: ImageReference, _ tag: TagName, _ reading: Reading<TagMutability>) {
      self.tag = reference
      switch reading {
      case .found(let rule):
        mayMove = rule.allowsMoving(tag)
        setting = rule.setting.rawValue
        why =
          rule.allowsMoving(tag)
          ? rule.setting == .mutable
            ? "every tag of the repository may move; IMMUTABLE_WITH_EXCLUSION for '\(tag)' would keep builds"
            : nil
          : "make the repository IMMUTABLE_WITH_EXCLUSION, with '\(tag)' as a filter"
      case .absent:
        (mayMove, setting) = (nil, nil)
        why = "the repository does not exist"
      case .unknown(let unknown):
        (mayMove, setting) = (nil, nil)
        why = unknown.description
      }
    }
  }

  let access: LoginReport
  let tags: [Tag]

  var isHealthy: Bool { access.isAllowed && tags.allSatisfy { $0.mayMove != false } }

  func lines() -> [Line] {
    access.lines()
      + tags.map { tag in
        var line: Line =
          switch tag.mayMove {
          case true?: Line("✓ ", .good)
          case false?: Line("✗ ", .bad)
          case nil: Line("○ ", .quiet)
          }
        line.add("\(tag.tag)  \(tag.setting ?? "unknown")")
        if let why = tag.why { line.add("  \(why)") }
        return line
      }
  }
}
