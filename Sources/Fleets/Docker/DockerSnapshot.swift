import Vocabulary

/// All that an engine has of one tenant, read in one go.
struct DockerSnapshot: Sendable {
  let names: ContainerNames
  private(set) var live: Container?
  private(set) var previous: Container?
  private(set) var failed: Container?
  private(set) var claims: [Container] = []

  static func read(
    _ names: ContainerNames, from engine: ContainerEngine
  ) async throws(Unknown) -> DockerSnapshot {
    // Found by name: whoever made the container that serves may never have heard of our labels.
    var found: [Container] = []
    for name in [names.live, names.previous] {
      if let container = try await engine.container(name) { found.append(container) }
    }
    for id in try await engine.made(for: names.live) where !found.contains(where: { $0.id == id }) {
      // Nil is one that was removed since the list was made.
      if let container = try await engine.container(id) { found.append(container) }
    }
    return DockerSnapshot(names: names, found)
  }

  init(names: ContainerNames, _ found: [Container]) {
    self.names = names
    for container in found {
      switch container.name {
      case names.live: live = container
      case names.previous: previous = container
      case names.failed: failed = container
      case let name where names.isClaim(name): claims.append(container)
      // Somebody has put it aside under a name of their own.
      default: strangers.append(container)
      }
    }
  }

  private var strangers: [Container] = []

  /// The newest order that was ever obeyed here, or begun.
  var highest: OrderLabels? {
    ([live, previous, failed].compactMap(\.self) + claims + strangers).compactMap(\.labels)
      .max { $0.token < $1.token }
  }

  /// What is due of an order; ``Due/all`` where nothing is on record.
  func due(_ order: Redeploy, _ token: FencingToken) -> Due {
    guard let highest else { return .all }
    return Due(
      on: order.digest, token: token, afterObeying: highest.token, for: highest.digest)
  }
}
