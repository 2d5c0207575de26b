import Diagnostics
import Vocabulary

extension SettingsReader {
  private enum ForgeKind: String, CaseIterable {
    case git
    case gitea
    case forgejo
    case github

    var hosted: HostedSource.Kind? { HostedSource.Kind(rawValue: rawValue) }
  }

  /// The section `source`.
  mutating func source(_ field: Field) -> SourceSettings? {
    guard
      let section = section(
        field,
        keys: [
          "forge", "url", "repository", "image_source", "branch", "token", "app", "api", "report",
          "proxy",
        ],
        expected: "where commits come from: 'forge', 'url' and 'branch'")
    else { return nil }
    let forge = choice(section.field("forge"), default: nil, as: ForgeKind.self)
    if let kind = forge?.hosted { return hostedSource(section, kind) }
    refuseToken(section.field("token"))
    for key in ["app", "api", "report", "proxy"] { refuseToken(section.field(key)) }
    let location = word(section.field("url"), as: GitLocation.self)
    let branch = word(section.field("branch"), default: BranchName("main"))
    let label = sourceLabel(section, of: location)
    guard forge != nil, let location, let branch, let label else { return nil }
    return SourceSettings(location: location, branch: branch, label: label.repository)
  }

  /// A forge with an API: `repository` names the project to ask about, and with it what images name.
  private mutating func hostedSource(
    _ section: Section, _ kind: HostedSource.Kind
  ) -> SourceSettings? {
    let branch = word(section.field("branch"), default: BranchName("main"))
    let label =
      section.has("image_source")
      ? word(section.field("image_source"), as: SourceRepository.self) : nil
    guard let hosted = hosted(section, kind), let branch else { return nil }
    if section.has("image_source"), label == nil { return nil }
    let project = "\(hosted.url)/\(hosted.repository)"
    guard let location = word(project, at: section.place, in: "source.url", as: GitLocation.self),
      let address = word(project, at: section.place, in: "source.url", as: SourceRepository.self)
    else { return nil }
    return SourceSettings(
      location: location, branch: branch, label: label ?? address, hosted: hosted)
  }

  private mutating func refuseToken(_ field: Field) {
    guard let node = field.node else { return }
    hide(node)
    report(
      .notAvailable, at: field.place,
      "'\(field.path)' is not available in this version: 'forge: git' takes no token",
      hint: "let git find its credentials itself (git help credentials)")
  }

  /// What images must say of their source, or the statement that nobody checks it.
  private enum SourceLabel {
    case expected(SourceRepository)
    case unchecked

    var repository: SourceRepository? {
      switch self {
      case .expected(let repository): repository
      case .unchecked: nil
      }
    }
  }

  private mutating func sourceLabel(_ section: Section, of location: GitLocation?) -> SourceLabel? {
    if section.has("image_source"), section.has("repository") {
      report(
        .contradiction, at: section.place(of: "image_source"),
        "'image_source' and 'repository' both say what images name as their source; "
          + "expected one of them",
        related: [
          Finding.Related(
            place: section.place(of: "repository"), message: "'repository' stands here")
        ])
      return nil
    }
    if section.has("image_source") {
      return word(section.field("image_source")).map(SourceLabel.expected)
    }
    if section.has("repository") { return labelOfProject(section, at: location) }
    warn(
      section.place, "nobody checks from which repository the images were built",
      hint: "set 'image_source' to what their label org.opencontainers.image.source says")
    return .unchecked
  }

  private mutating func labelOfProject(_ section: Section, at location: GitLocation?)
    -> SourceLabel?
  {
    let field = section.field("repository")
    guard let project = word(field, as: ProjectPath.self), let location else { return nil }
    guard let repository = location.webAddress(of: project) else {
      report(
        .contradiction, at: field.place,
        "'\(field.path)' needs the web address of its forge, and 'source.url' is a path",
        hint: "set 'image_source' to what the label org.opencontainers.image.source says instead")
      return nil
    }
    return .expected(repository)
  }
}
