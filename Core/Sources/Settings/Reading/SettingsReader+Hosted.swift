import Diagnostics
import Vocabulary

extension SettingsReader {
  /// The keys of a forge that is spoken to through its API.
  mutating func hosted(_ section: Section, _ kind: HostedSource.Kind) -> HostedSource? {
    let url = word(section.field("url"), as: HTTPAddress.self)
    let repository = word(section.field("repository"), as: ProjectPath.self)
    let api = section.has("api") ? word(section.field("api"), as: HTTPAddress.self) : nil
    let credential = credential(section, kind)
    let status =
      section.has("report") ? word(section.field("report"), as: ContextName.self) : nil
    if section.has("report"), status == nil { return nil }
    let proxy = choice(section.field("proxy"), default: ProxyUse.none)
    guard let url, let repository, let credential, let proxy else { return nil }
    if !url.isSecure, !url.isLoopback {
      report(
        .malformed, at: section.field("url").place,
        "'source.url': plain http shows the token to everybody on the way; expected https, found "
          + shown(url.text))
      return nil
    }
    guard repository.text.split(separator: "/").count == 2 else {
      report(
        .malformed, at: section.field("repository").place,
        "'source.repository': expected owner/name, found \(shown(repository.text))")
      return nil
    }
    return HostedSource(
      kind: kind, url: url, api: api, repository: repository, credential: credential,
      report: status, isProxied: proxy == .environment)
  }

  private enum ProxyUse: String, CaseIterable {
    case none
    case environment
  }

  private mutating func credential(
    _ section: Section, _ kind: HostedSource.Kind
  ) -> HostedSource.Credential? {
    if section.has("app"), section.has("token") {
      report(
        .contradiction, at: section.place(of: "app"),
        "'source.app' and 'source.token' both say what the forge is answered; expected one of them")
      return nil
    }
    if section.has("token") {
      return secret(section.field("token")).map(HostedSource.Credential.token)
    }
    guard section.has("app") else {
      warn(
        section.place,
        "the forge is asked without a token: private repositories and variables are "
          + "not to be seen, and limits are low", hint: "set 'token: {env: NAME}'")
      return .anonymous
    }
    guard kind == .github else {
      report(
        .contradiction, at: section.place(of: "app"),
        "'source.app' is a GitHub App, and the forge is \(kind.rawValue)",
        hint: "set 'token' instead")
      return nil
    }
    guard
      let app = self.section(
        section.field("app"), keys: ["id", "installation", "key"],
        expected: "'id', 'installation' and 'key' of a GitHub App")
    else { return nil }
    let id = text(app.field("id"), expected: "the App's id or client id")
    let installation = number(app.field("installation"), in: 1...Int.max - 1, default: nil)
    let key = secret(app.field("key"))
    guard let id, let installation, let key else { return nil }
    return .app(id: id, installation: installation, key: key)
  }
}
