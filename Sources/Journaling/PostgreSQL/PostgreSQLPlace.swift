#if PostgreSQL
  import Foundation

  /// Which database holds a journal: a connection URI of libpq, without a password.
  public struct PostgreSQLPlace: Hashable, Sendable {
    let address: String

    /// - Parameter address: `postgresql://user@host:port/name?sslmode=…`; passwords come from
    ///   `PGPASSWORD`, `PGPASSFILE` or `~/.pgpass`.
    public init(address: String) { self.address = address }

    /// For people: without its parameters.
    var description: String { String(address.prefix { $0 != "?" }) }

    /// What libpq is told beside the address.
    ///
    /// TLS is verified unless the address says otherwise or the server is on this machine: libpq's
    /// own default would go on without it when the server does not offer it.
    var parameters: [(keyword: String, value: String)] {
      var all = [
        ("dbname", address), ("client_encoding", "UTF8"), ("application_name", "pawl"),
        ("connect_timeout", "10"), ("tcp_user_timeout", "15000"),
      ]
      guard !isOnThisMachine else { return all }
      if !address.contains("sslmode=") { all.append(("sslmode", "verify-full")) }
      if !address.contains("sslrootcert="), let certificates = Self.certificates {
        all.append(("sslrootcert", certificates))
      }
      return all
    }

    var isOnThisMachine: Bool {
      let rest = address.drop { $0 != "/" }.dropFirst(2)
      let authority = rest.prefix { $0 != "/" && $0 != "?" }
      let hosts = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
      if hosts.isEmpty {
        // A socket's folder, percent-encoded, or libpq's default.
        return !address.contains("host=") || address.contains("host=/")
          || address.contains("host=%2F")
      }
      return hosts.split(separator: ",").allSatisfy { host in
        host == "localhost" || host.hasPrefix("localhost:") || host.hasPrefix("127.")
          || host.hasPrefix("[::1]") || host.hasPrefix("%2F")
      }
    }

    /// The system's own authorities, unless the user named others for every program.
    private static var certificates: String? {
      let environment = ProcessInfo.processInfo.environment
      let own = (environment["HOME"] ?? "") + "/.postgresql/root.crt"
      let system = "/etc/ssl/certs/ca-certificates.crt"
      guard environment["PGSSLROOTCERT"] == nil, !FileManager.default.fileExists(atPath: own),
        FileManager.default.fileExists(atPath: system)
      else { return nil }
      return system
    }
  }
#endif
