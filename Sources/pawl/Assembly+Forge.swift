import Capabilities
import Forges
import Foundation
import Measurements
import Presentation
import Settings
import Transport
import Vocabulary

/// The forge of a delivery: what any can say, and what only one with an API can.
struct ForgeAccess: Sendable {
  let forge: any Forge
  let hosted: (any HostedForge)?
}

extension Assembly {
  /// Asks the forge one thing. Connections that are needed are opened and closed again.
  func asking<Answer>(
    _ ask: (any Forge) async -> Answer
  ) async throws(ProcessFailure) -> Answer {
    let connections = Connections(version: Version.text, proxy: try forgeProxy())
    do throws(ProcessFailure) {
      let answer = await ask(try forge(connections).forge)
      await connections.close()
      return answer
    } catch {
      await connections.close()
      throw error
    }
  }

  /// The proxy the forge is spoken to through: only where pawl.yaml says so, and only if the environment
  /// names one for it.
  func forgeProxy() throws(ProcessFailure) -> ProxyServer? {
    guard let source = settings.source.hosted, source.isProxied else { return nil }
    do throws(Malformed) {
      return try ProxyServer(of: api(source)) { Environment.value(of: $0) }
    } catch {
      throw ProcessFailure(
        .settings, "source.proxy takes the proxy of the environment, and that is \(error)",
        advice: "set the variable to http://host:port, or 'source.proxy: none'")
    }
  }

  private func api(_ source: HostedSource) -> HTTPAddress {
    source.api
      ?? (source.kind == .github
        ? ForgeAccount.gitHubAPI(at: source.url) : ForgeAccount.giteaAPI(at: source.url))
  }

  /// Nothing is asked yet.
  func forge(_ connections: Connections) throws(ProcessFailure) -> ForgeAccess {
    guard let source = settings.source.hosted else {
      return ForgeAccess(forge: try gitForge(), hosted: nil)
    }
    let account = try account(source)
    let remark: @Sendable (String) -> Void = { [console] in console.remark(Line($0, .warning)) }
    let hosted: any HostedForge =
      switch source.kind {
      case .gitea, .forgejo:
        GiteaForge(account, connections: connections, clock: clock, remark: remark)
      case .github: GitHubForge(account, connections: connections, clock: clock, remark: remark)
      }
    return ForgeAccess(forge: hosted, hosted: hosted)
  }

  /// Answers what gates ask.
  func examiner(
    _ access: ForgeAccess, _ connections: Connections
  ) throws(ProcessFailure) -> any Examiner {
    var metrics: PrometheusMetrics?
    if let server = settings.prometheus {
      let token = try server.token.map { reference throws(ProcessFailure) in
        try secret(reference, what: "the token for \(server.url)")
      }
      metrics = PrometheusMetrics(url: server.url, token: token, connections: connections)
    }
    return GateExaminer(forge: access.hosted, metrics: metrics)
  }

  /// - Parameter repository: another than the delivery's, on the same forge.
  func account(
    _ source: HostedSource, of repository: ProjectName? = nil
  ) throws(ProcessFailure) -> ForgeAccount {
    let credential: ForgeCredential
    switch source.credential {
    case .anonymous: credential = .anonymous
    case .token(let reference):
      credential = .token(try secret(reference, what: "the token for \(source.url)"))
    case .app(let id, let installation, let key):
      credential = .app(
        id: id, installation: Int64(installation),
        key: try wholeSecret(key, what: "the private key of GitHub App \(id)"))
    }
    do throws(Malformed) {
      let own = try ProjectName(parsing: source.repository.text)
      return ForgeAccount(
        api: api(source), repository: repository ?? own,
        credential: credential,
        ownRun: source.kind == .github ? CIEnvironment.ofThisProcess?.run : nil,
        isProxied: source.isProxied)
    } catch {
      throw ProcessFailure(.settings, "source in pawl.yaml cannot be used: \(error)")
    }
  }

  private func gitForge() throws(ProcessFailure) -> any Forge {
    let location = settings.source.location
    guard !location.isLocal || location.text.hasPrefix("file://") else {
      return GitForge(
        local: location.text.hasPrefix("/")
          ? location.text
          : folder.isEmpty
            ? location.text : folder + "/" + location.text)
    }
    do throws(Malformed) {
      let address = try GitRemoteAddress(parsing: location.text)
      return GitForge(
        remote: address, mirror: folderOfCopies + "/source-\(settings.name).git")
    } catch {
      throw ProcessFailure(
        .settings, "source.url in pawl.yaml cannot be used: \(error)",
        advice: "name the repository as git clone would be given it")
    }
  }
}
