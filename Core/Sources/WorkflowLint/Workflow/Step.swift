import MarkedYAML

/// One step of a job or of a composite action.
///
/// A class, as the other parts of a file are that many rules hand around: nothing in it changes.
final class Step: Sendable {
  /// From 0.
  let index: Int
  let node: YAMLNode
  let mark: YAMLMark
  let id: String?
  let name: Located<String>?
  let condition: Located<String>?
  let uses: Located<String>?
  let run: Script?
  let env: [Variable]
  let with: [Variable]
  let continueOnError: Located<String>?
  let timeout: Located<String>?

  /// What a person would call it.
  var title: String {
    name?.value ?? id ?? uses?.value ?? run?.firstLine ?? "step \(index + 1)"
  }

  func with(_ name: String) -> Located<String>? { with.first { $0.name == name }?.value }

  /// `owner/repo` of the action, without its version; the address of one on another server too.
  var action: String? {
    uses.map { String($0.value.prefix { $0 != "@" }) }
  }

  init(index: Int, node: YAMLNode, source: SourceText, defaultShell: String?, runsOn: RunsOn?) {
    self.index = index
    self.node = node
    mark = node.mark
    id = node["id"]?.text
    name = node["name"]?.located
    condition = node["if"]?.located
    uses = node["uses"]?.located
    env = Variable.all(in: node["env"])
    with = Variable.all(in: node["with"])
    continueOnError = node["continue-on-error"]?.located
    timeout = node["timeout-minutes"]?.located
    run = node["run"].flatMap {
      Script(
        node: $0, shell: node["shell"]?.text ?? defaultShell, runsOn: runsOn, source: source)
    }
  }
}
