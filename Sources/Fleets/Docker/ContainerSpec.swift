import Vocabulary

// Orders to documents. Pure: nothing here asks an engine.

/// How a container is to be made (Docker Engine API, "Create a container").
struct ContainerSpec: Hashable, Sendable {
  /// What is sent.
  private(set) var document: EngineValue
  /// The networks that an engine of our version cannot be told of when it makes the container.
  private(set) var furtherNetworks: [String: EngineValue] = [:]

  /// Everything `standing` was given, around another image.
  ///
  /// - Parameter image: what the image of `standing` sets by itself: an engine does not tell the two apart,
  ///   and carried over, the old image's settings would hide the new one's.
  init(
    after standing: Container, of image: EngineValue, _ order: Redeploy, labels: OrderLabels,
    name: String
  ) {
    var config = standing.config.object ?? [:]
    for key in [
      "Cmd", "Entrypoint", "WorkingDir", "User", "StopSignal", "StopTimeout", "Healthcheck",
      "Shell",
    ]
    where config[key] == image[key] || config[key] == .null || standing.isPodmansOwn(key, image) {
      config[key] = nil
    }
    for key in ["ExposedPorts", "Volumes"] {
      let own = config[key]?.object?.filter { image[key]?[$0.key] == nil } ?? [:]
      config[key] = own.isEmpty ? nil : .object(own)
    }
    config["OnBuild"] = nil
    config["ArgsEscaped"] = nil
    config["Env"] = .texts(standing.ownEnvironment(beside: image))
    // The engine's own invention, of its id, or what it took from its machine.
    let hostname = config["Hostname"]?.text ?? ""
    if standing.id.hasPrefix(hostname) || standing.mode == .host || standing.mode == .container {
      config["Hostname"] = nil
      config["Domainname"] = standing.mode == .own ? config["Domainname"] : nil
    }
    let fixed = image["Labels"]?.textFields ?? [:]
    let kept = (config["Labels"]?.textFields ?? [:]).filter { key, value in
      fixed[key] != value && !OrderLabels.Key.all.contains(key)
    }
    config["Labels"] = .texts(kept.merging(labels.fields(name: name)) { $1 })
    config["Image"] = .text(order.image.text)
    config["HostConfig"] = standing.hostConfigWithVolumes
    document = .object(config)
    connect(standing)
  }

  /// A first container, as the settings say.
  init(
    first template: TenantTemplate, _ order: Redeploy, labels: OrderLabels, name: String
  ) {
    let tenant = order.tenant
    var host: EngineValue = .object([
      "NetworkMode": .text(template.network),
      "RestartPolicy": .object(["Name": .text(template.restart)]),
    ])
    var config: [String: EngineValue] = [
      "Image": .text(order.image.text),
      "Env": .texts(template.environment(of: tenant)),
      "Labels": .texts(labels.fields(name: name)),
    ]
    if let port = template.port {
      config["ExposedPorts"] = .object(["\(port)/tcp": .object([:])])
      if let address = TenantTemplate.publishedAddress(of: tenant) {
        host["PortBindings"] = .object([
          "\(port)/tcp": .list([
            .object(["HostIp": .text(address), "HostPort": .text("\(tenant.address.port)")])
          ])
        ])
      }
    }
    config["HostConfig"] = host
    document = .object(config)
  }

  private mutating func connect(_ standing: Container) {
    guard standing.mode == .own else { return }
    let mode = standing.hostConfig["NetworkMode"]?.text ?? "default"
    let first = standing.networks[mode] == nil ? "bridge" : mode
    for (name, endpoint) in standing.networks {
      let settings = Self.endpoint(endpoint, without: standing.id)
      if name == first {
        document["NetworkingConfig"] = .object(["EndpointsConfig": .object([name: settings])])
      } else {
        furtherNetworks[name] = settings
      }
    }
  }

  /// What a person said about a connection, without what the engine made of it.
  private static func endpoint(_ endpoint: EngineValue, without id: String) -> EngineValue {
    var settings: [String: EngineValue] = [:]
    for key in ["IPAMConfig", "Links", "DriverOpts"] { settings[key] = endpoint[key] }
    let aliases = (endpoint["Aliases"]?.texts ?? []).filter { !id.hasPrefix($0) }
    if !aliases.isEmpty { settings["Aliases"] = .texts(aliases) }
    return .object(settings)
  }
}

extension Container {
  /// Whether Podman has only written there what holds where nobody says anything.
  fileprivate func isPodmansOwn(_ key: String, _ image: EngineValue) -> Bool {
    guard isOfPodman else { return false }
    return switch key {
    case "Cmd": config[key]?.list?.isEmpty ?? false
    case "WorkingDir": config[key]?.text == "/" && (image[key]?.text ?? "").isEmpty
    case "StopSignal": config[key]?.text == "15"
    case "StopTimeout": stopGrace == nil
    default: false
    }
  }

  enum NetworkMode: Hashable, Sendable {
    /// In networks of the engine, under a name of its own.
    case own
    case host
    case container
    case none
  }

  var mode: NetworkMode {
    switch hostConfig["NetworkMode"]?.text {
    case "host": .host
    case "none": NetworkMode.none
    case let mode? where mode.hasPrefix("container:"): .container
    default: .own
    }
  }

  /// Its `HostConfig`, with the volumes that have no name a person knows: what lies in them is the tenant's.
  fileprivate var hostConfigWithVolumes: EngineValue {
    var host = hostConfig
    let binds = host["Binds"]?.texts ?? []
    let mounts = host["Mounts"]?.list ?? []
    let known =
      binds.compactMap { $0.split(separator: ":").dropFirst().first.map(String.init) }
      + mounts.compactMap { $0["Target"]?.text }
    let unnamed = (document["Mounts"]?.list ?? []).compactMap { mount -> String? in
      guard mount["Type"]?.text == "volume", let name = mount["Name"]?.text,
        let target = mount["Destination"]?.text, !known.contains(target)
      else { return nil }
      return "\(name):\(target)" + (mount["RW"]?.bool == false ? ":ro" : "")
    }
    if !unnamed.isEmpty { host["Binds"] = .texts(binds + unnamed) }
    host["ContainerIDFile"] = nil
    if let limits = host["Ulimits"]?.list { host["Ulimits"] = .list(limits.map(Self.limit)) }
    return host
  }

  /// A limit under the name it is set by: Podman tells of `nofile` as `RLIMIT_NOFILE`, and takes only the
  /// former.
  private static func limit(_ told: EngineValue) -> EngineValue {
    let prefix = "RLIMIT_"
    guard let name = told["Name"]?.text, name.hasPrefix(prefix) else { return told }
    var limit = told
    limit["Name"] = .text(name.dropFirst(prefix.count).lowercased())
    return limit
  }
}
