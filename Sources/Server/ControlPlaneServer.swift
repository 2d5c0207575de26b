import Hummingbird
import HummingbirdCore
import Logging
import ServiceLifecycle
public import UnixSignals
import Vocabulary

/// Serves a control plane over HTTP until it is asked to stop.
public struct ControlPlaneServer: Sendable {
  /// More callers than one control plane has; whoever comes beyond waits to be accepted.
  static let connectionsMax = 512
  /// How long a connection may be open without a request, or take to send one.
  static let idleSeconds: Int64 = 60

  private let plane: ControlPlane
  private let access: AccessList
  private let host: String
  private let port: UInt16
  private let signals: [UnixSignal]

  /// - Parameters:
  ///   - port: 0 takes any that is free; which one it is, is said.
  ///   - signals: what it is asked to stop by. The whole process, and what it starts, ignore those from then
  ///     on; without any, only cancelling ends it.
  public init(
    _ plane: ControlPlane, for access: AccessList, at host: String, port: UInt16,
    stoppingOn signals: [UnixSignal] = [.sigterm, .sigint]
  ) {
    self.signals = signals
    self.plane = plane
    self.access = access
    self.host = host
    self.port = port
  }

  /// Serves until it is asked to stop. Then no tenant is begun any more, those being moved are finished, and
  /// every answer that is waited for is given.
  /// - Throws: when nothing could be listened on.
  public func run() async throws {
    // Its lines are about connections; what matters is said by the control plane.
    let logger = Logger(label: "control-plane", factory: { _ in SwiftLogNoOpLogHandler() })
    let (host, say) = (host, plane.parts.say)
    let application = Application(
      router: ControlPlaneRoutes(plane: plane, access: access).router(),
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: Int(port)),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionsMax)),
      onServerRunning: { channel in
        say("listening on http://\(host):\(channel.localAddress?.port ?? 0)")
      }, logger: logger)
    // Stopped in the opposite order: first no more tenants, then no more answers.
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: application), .init(service: plane)],
        gracefulShutdownSignals: signals, logger: logger))
    try await group.run()
  }
}
