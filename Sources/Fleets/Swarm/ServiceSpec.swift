import Vocabulary

// Orders to specifications. Pure: nothing here asks a swarm.

/// What a service is to be (Docker Engine API, "Update a service").
enum ServiceSpec {
  /// The service as it is, but on the image of `order`, and with the order on record.
  static func moved(
    _ service: SwarmService, _ order: Redeploy, _ labels: OrderLabels, from standing: String
  )
    -> EngineValue
  {
    var spec = recorded(service, labels, standing: standing)
    var template = service.spec["TaskTemplate"] ?? .object([:])
    var container = template["ContainerSpec"] ?? .object([:])
    if service.image == order.image.text { template["ForceUpdate"] = .whole(service.force + 1) }
    container["Image"] = .text(order.image.text)
    template["ContainerSpec"] = container
    spec["TaskTemplate"] = template
    return spec
  }

  /// The service as it is, with another order on record. No task is touched by that.
  static func recorded(_ service: SwarmService, _ labels: OrderLabels, standing: String?)
    -> EngineValue
  {
    var spec = service.spec
    var fields = spec["Labels"]?.textFields ?? [:]
    fields.merge(labels.fields(name: service.name)) { $1 }
    fields[SwarmService.standingKey] = standing
    spec["Labels"] = .texts(fields)
    // A rollback by the swarm itself would take the token back with the rest; so it is left to us.
    var update = spec["UpdateConfig"] ?? .object(["Parallelism": .whole(1)])
    update["FailureAction"] = .text("pause")
    spec["UpdateConfig"] = update
    return spec
  }

  /// The service back on `standing`, with the record of the newest order kept: by the specification before,
  /// where that is the one, else by its image alone.
  static func putBack(_ service: SwarmService, on standing: String) -> EngineValue {
    var spec = service.spec
    var template =
      service.document["PreviousSpec"]?["TaskTemplate"] ?? spec["TaskTemplate"] ?? .object([:])
    if template["ContainerSpec"]?["Image"]?.text != standing {
      template = spec["TaskTemplate"] ?? .object([:])
      var container = template["ContainerSpec"] ?? .object([:])
      container["Image"] = .text(standing)
      template["ContainerSpec"] = container
    }
    // Tasks that were stopped for the new ones are started anew, also where the image is the same.
    template["ForceUpdate"] = .whole(service.force + 1)
    spec["TaskTemplate"] = template
    return spec
  }

  /// A first service, as the settings say.
  static func first(
    _ template: TenantTemplate, _ order: Redeploy, _ labels: OrderLabels, name: String
  ) -> EngineValue {
    var spec: EngineValue = .object([
      "Name": .text(name),
      "Labels": .texts(labels.fields(name: name)),
      "TaskTemplate": .object([
        "ContainerSpec": .object([
          "Image": .text(order.image.text),
          "Env": .texts(template.environment(of: order.tenant)),
        ]),
        "Networks": .list([.object(["Target": .text(template.network)])]),
        "RestartPolicy": .object(["Condition": .text(template.condition)]),
      ]),
      "Mode": .object(["Replicated": .object(["Replicas": .whole(1)])]),
      "UpdateConfig": .object([
        "Parallelism": .whole(1), "FailureAction": .text("pause"), "Order": .text("stop-first"),
      ]),
    ])
    if let port = template.port, TenantTemplate.publishedAddress(of: order.tenant) != nil {
      spec["EndpointSpec"] = .object([
        "Ports": .list([
          .object([
            "Protocol": .text("tcp"), "TargetPort": .whole(Int64(port)),
            "PublishedPort": .whole(Int64(order.tenant.address.port)),
          ])
        ])
      ])
    }
    return spec
  }
}

extension TenantTemplate {
  /// ``restart`` as services say it.
  fileprivate var condition: String {
    switch restart {
    case "no": "none"
    case "on-failure": "on-failure"
    default: "any"
    }
  }
}
