import Vocabulary

// Orders to patches. Pure: nothing here asks a cluster.

/// What is written into a workload, as a strategic merge: containers are told apart by their names, and what
/// is not said stays (Kubernetes, "Update API Objects in Place Using kubectl patch").
///
/// Each names the version it was decided on, so that the cluster refuses it when anybody has written since.
enum WorkloadPatch {
  /// The order on record, and its image.
  static func moved(
    _ workload: Workload, _ container: Workload.Container, _ order: Redeploy, _ labels: OrderLabels,
    standing: String?
  ) -> EngineValue {
    var template = image(order.image.text, of: container)
    if container.image == order.image.text {
      template["metadata"] = .object([
        "annotations": .object([
          Workload.restartedKey: .text("\(labels.token)-\(labels.effect.number)")
        ])
      ])
    }
    var patch = recorded(workload, labels, standing: standing)
    patch["spec"] = .object(["template": template])
    return patch
  }

  /// The order on record, and nothing that a pod would notice.
  static func recorded(
    _ workload: Workload, _ labels: OrderLabels, standing: String?
  ) -> EngineValue {
    var annotations = EngineValue.texts(labels.fields(name: workload.name))
    // A null takes away what stands there.
    annotations[Workload.standingKey] = standing.map(EngineValue.text) ?? .null
    return .object([
      "metadata": .object([
        "resourceVersion": .text(workload.version), "annotations": annotations,
      ])
    ])
  }

  /// Back on the image before, with the record of the newest order kept. The template is then what it was, so
  /// pods of it that still run are left running.
  static func putBack(
    _ workload: Workload, _ container: Workload.Container, on standing: String
  ) -> EngineValue {
    .object([
      "metadata": .object(["resourceVersion": .text(workload.version)]),
      "spec": .object(["template": image(standing, of: container)]),
    ])
  }

  private static func image(_ image: String, of container: Workload.Container) -> EngineValue {
    .object([
      "spec": .object([
        "containers": .list([.object(["name": .text(container.name), "image": .text(image)])])
      ])
    ])
  }
}
