import Diagnostics
import Vocabulary

extension SettingsReader {
  /// How a fleet of Deployments and StatefulSets lies in its cluster.
  mutating func kubernetes(_ section: Section) -> KubernetesSettings? {
    let access = clusterAccess(section.field("cluster"))
    let label = word(section.field("label"), default: ClusterLabel("pawl.tenant"))
    let namespaces = namespaces(section.field("namespaces"))
    let hasContainer = section.has("container")
    let container = hasContainer ? word(section.field("container"), as: ClusterWord.self) : nil
    let startBudget = span(
      section.field("start_budget"), in: .milliseconds(100) ... .minutes(60), default: .minutes(5))
    guard let access, let label, let namespaces, let startBudget, hasContainer == (container != nil)
    else { return nil }
    return KubernetesSettings(
      access: access, label: label.text, namespaces: namespaces.isEmpty ? nil : namespaces,
      container: container?.text, startBudget: startBudget)
  }

  private mutating func clusterAccess(_ field: Field) -> KubernetesSettings.Access? {
    guard field.node != nil else { return .pod }
    guard
      let section = section(
        field, keys: ["kubeconfig", "context"],
        expected: "how the cluster is reached, as {kubeconfig: PATH, context: NAME}")
    else { return nil }
    let file = word(section.field("kubeconfig"), as: LocalPath.self)
    guard section.has("context") else { return file.map { .kubeconfig($0, context: nil) } }
    let context = text(section.field("context"), expected: "the name of a context in that file")
    guard let file, let context else { return nil }
    return .kubeconfig(file, context: context)
  }

  /// Empty when none are named.
  private mutating func namespaces(_ field: Field) -> [String]? {
    guard field.node != nil else { return [] }
    guard let items = filledList(field, expected: "namespaces, such as [tenants-eu, tenants-us]")
    else { return nil }
    var names: [String?] = []
    var taken = Taken()
    for item in items {
      let name = word(item, as: ClusterWord.self)?.text
      if let name { claim(name, in: &taken, at: item.place, what: "namespace") }
      names.append(name)
    }
    return allOrNone(names)
  }
}
