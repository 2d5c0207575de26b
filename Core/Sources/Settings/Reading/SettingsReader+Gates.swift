import Diagnostics
import Vocabulary

extension SettingsReader {
  /// The section `gates`.
  mutating func gates(_ field: Field) -> GatePlan? {
    guard
      let section = optionalSection(
        field, keys: ["contexts", "workflows", "kill_switch", "approvals", "windows", "metrics"],
        expected: "what must be green: 'contexts'")
    else { return nil }
    for key in ["workflows", "kill_switch", "windows", "metrics"] {
      refuseUnlessEmpty(section.field(key))
    }
    refuseApprovals(section.field("approvals"))
    guard section.has("contexts") else {
      warn(
        section.place, "no check has to be green before a candidate is released",
        hint: "name the checks in 'gates.contexts.required'")
      return GatePlan(required: [], timeout: nil)
    }
    return contexts(section.field("contexts"))
  }

  private mutating func contexts(_ field: Field) -> GatePlan? {
    guard
      let section = section(
        field, keys: ["required", "informational", "timeout"],
        expected: "the checks that must be green, in 'required'")
    else { return nil }
    refuseUnlessEmpty(section.field("informational"))
    let required = requiredContexts(section.field("required"))
    let timeout = span(
      section.field("timeout"), in: .seconds(1) ... .minutes(7 * 24 * 60), default: .minutes(60))
    guard let required, let timeout else { return nil }
    return GatePlan(required: required, timeout: timeout)
  }

  /// A gate that is there and demands nothing would open by mistake, so it must demand something.
  private mutating func requiredContexts(_ field: Field) -> [ContextName]? {
    guard
      let items = filledList(
        field, expected: "a list of the exact names of the checks that must be green")
    else { return nil }
    var taken = Taken()
    var names: [ContextName?] = []
    for item in items {
      let name = word(item, as: ContextName.self)
      if let name { claim(name.text, in: &taken, at: item.place, what: "required check") }
      if let name, name.text.contains("*") { warnOfPattern(name, at: item.place) }
      names.append(name)
    }
    return allOrNone(names)
  }

  private mutating func warnOfPattern(_ name: ContextName, at place: SourcePlace) {
    warn(
      place, "\(shown(name.text)) is compared letter by letter: '*' stands for itself",
      hint: "write the full name of each check")
  }

  private mutating func refuseApprovals(_ field: Field) {
    guard let node = field.node, !node.isAbsent,
      let section = section(
        field, keys: ["count", "not_author", "expires"], expected: "'count: 0'")
    else { return }
    // With nobody to wait for, the other two change nothing; what they hold is for a later version.
    let count = section.field("count")
    guard count.node != nil || section.entries.isEmpty else {
      report(.missingKey, at: count.place, "missing key '\(count.path)'; expected 0")
      return
    }
    if let number = number(count, in: 0...100, default: 0), number != 0 {
      report(
        .notAvailable, at: count.place,
        "'\(count.path): \(number)' is not available in this version; expected 0")
    }
  }
}
