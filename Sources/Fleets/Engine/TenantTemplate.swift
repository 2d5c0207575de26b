import Vocabulary

/// What a tenant is called on an engine: `tenant-{slug}`.
public struct TenantNaming: Hashable, Sendable {
  let prefix: String
  let suffix: String

  /// The text before and after the tenant's slug.
  public init(prefix: String, suffix: String) {
    self.prefix = prefix
    self.suffix = suffix
  }

  func name(of slug: TenantSlug) -> String { prefix + slug.text + suffix }

  /// For people, of a tenant whose slug is not known.
  var pattern: String { "\(prefix){slug}\(suffix)" }
}

/// How a tenant is made that an engine does not have yet. One that it has is left as it is, but for its
/// image.
public struct TenantTemplate: Sendable {
  /// The engine's name of the network it is in; `host` is the engine's own.
  let network: String
  /// Where it listens inside of its network; nil in the engine's own, where its address says it.
  let port: UInt16?
  /// Beside `PORT` and `TENANT_SLUG`: `NAME=value`, in order.
  let environment: [String]

  /// When the engine starts it again, as containers say it: `unless-stopped`.
  let restart: String

  public init(
    network: String, port: UInt16?, environment: [(name: String, value: String)],
    restart: String = "unless-stopped"
  ) {
    self.network = network
    self.restart = restart
    self.port = port
    self.environment = environment.map { "\($0.name)=\($0.value)" }
  }

  func environment(of tenant: Tenant) -> [String] {
    ["PORT=\(port ?? tenant.address.port)", "TENANT_SLUG=\(tenant.slug)"] + environment
  }

  /// Where its port is reachable on the engine's machine: at the tenant's own address, where that is one of
  /// numbers. A name may belong to a proxy, which reaches it through the network.
  static func publishedAddress(of tenant: Tenant) -> String? {
    let host = tenant.address.host
    if host == "localhost" { return "127.0.0.1" }
    let isNumbers = host.allSatisfy { $0.isNumber || $0 == "." } || host.contains(":")
    return isNumbers ? host : nil
  }
}

/// How the tenants of a fleet lie on an engine.
public struct EngineLayout: Sendable {
  let naming: TenantNaming
  /// Nil refuses tenants that the engine does not have.
  let template: TenantTemplate?

  public init(naming: TenantNaming, template: TenantTemplate?) {
    self.naming = naming
    self.template = template
  }
}
