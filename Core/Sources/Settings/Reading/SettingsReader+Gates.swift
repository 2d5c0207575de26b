import Diagnostics
import Vocabulary

/// What the section `gates` says.
struct GateSettings {
  var plan: GatePlan
  var windows: [WindowSettings] = []
  var prometheus: PrometheusSettings?
  /// Production's control plane, and where it is named.
  var controlPlane: (address: HTTPAddress, place: SourcePlace)?
}

extension SettingsReader {
  private static let gateKeys = [
    "contexts", "workflows", "kill_switch", "approvals", "windows", "metrics", "prometheus", "pace",
    "newer_build", "smoke", "control_plane",
  ]

  /// The section `gates`, which has to be there: that nothing is asked for is written down, never assumed.
  mutating func gates(_ field: Field, of source: SourceSettings?) -> GateSettings? {
    if field.node?.text == "none" {
      return GateSettings(plan: GatePlan(required: [], timeout: nil))
    }
    guard field.node != nil else {
      report(
        .missingKey, at: field.place,
        "missing key 'gates'; expected what must hold before a candidate is released, or 'none'",
        hint: "name the checks in 'gates.contexts.required', or write 'gates: none'")
      return nil
    }
    guard
      let section = section(
        field, keys: Self.gateKeys, expected: "what must hold, such as 'contexts', or 'none'")
    else { return nil }
    let isHosted = source?.hosted != nil || source == nil
    var rules = GateRules()
    rules.contexts.areRead = isHosted
    let contexts = contexts(section.field("contexts"), isHosted: isHosted, &rules.contexts)
    let workflows = workflows(section.field("workflows"))
    let metrics = metrics(section.field("metrics"))
    let windows = windows(section.field("windows"))
    let prometheus = prometheus(section.field("prometheus"))
    rules.killSwitch = killSwitch(section.field("kill_switch"))
    rules.approval = approval(section.field("approvals"))
    rules.pace = pace(section.field("pace"))
    rules.newerBuild = newerBuild(section.field("newer_build"))
    let controlPlane =
      section.has("control_plane")
      ? word(section.field("control_plane"), as: HTTPAddress.self).map {
        (address: $0, place: section.place(of: "control_plane"))
      } : nil
    let smoke = allOrNone(items(section.field("smoke")).map { word($0, as: ContextName.self) })
    guard let contexts, let workflows, let metrics, let windows, let smoke else { return nil }
    rules.workflows = workflows
    rules.metrics = metrics
    if !isHosted { refuseWhatNeedsForge(section, rules) }
    refuseMetricsWithoutServer(section, rules, prometheus)
    let asksNothing =
      contexts.required.isEmpty && workflows.isEmpty && metrics.isEmpty && windows.isEmpty
      && rules.contexts.required.isEmpty && rules.contexts.blocking.isEmpty
      && rules.killSwitch == nil && rules.approval == nil && smoke.isEmpty
      && controlPlane == nil
    if asksNothing, !log.hasErrors {
      report(
        .empty, at: field.place, "'gates' asks for nothing; expected at least one gate, or 'none'",
        hint: "name the checks in 'gates.contexts.required', or write 'gates: none'")
      return nil
    }
    let needsRules =
      isHosted || rules.approval != nil || !windows.isEmpty || !metrics.isEmpty
    return GateSettings(
      plan: GatePlan(
        required: contexts.required, timeout: contexts.timeout, rules: needsRules ? rules : nil,
        smoke: smoke.isEmpty ? nil : smoke),
      windows: windows, prometheus: prometheus, controlPlane: controlPlane)
  }

  /// The guard that a fleet of a control plane is held to.
  mutating func production(
    _ gates: GateSettings, of fleet: FleetSettings
  ) -> ProductionGuard? {
    guard let production = gates.controlPlane else { return nil }
    guard case .controlPlane(let plane) = fleet.driver else {
      report(
        .contradiction, at: production.place,
        "'gates.control_plane' names production's control plane, and no control plane moves the fleet "
          + "'\(fleet.name)'",
        hint: "remove it, or set the fleet's 'driver' to control-plane")
      return nil
    }
    return ProductionGuard(production: production.address, address: plane.address)
  }

  private mutating func refuseWhatNeedsForge(_ section: Section, _ rules: GateRules) {
    for (key, isThere) in [
      ("workflows", !rules.workflows.isEmpty), ("kill_switch", rules.killSwitch != nil),
      ("newer_build", rules.newerBuild != nil),
    ] where isThere {
      report(
        .contradiction, at: section.place(of: key),
        "'gates.\(key)' asks a forge, and 'source.forge' is git, which keeps no such thing",
        hint: "set 'source.forge' to gitea, forgejo or github, or remove it")
    }
  }

  private mutating func refuseMetricsWithoutServer(
    _ section: Section, _ rules: GateRules, _ prometheus: PrometheusSettings?
  ) {
    guard !rules.metrics.isEmpty, prometheus == nil, !section.has("prometheus") else { return }
    report(
      .missingKey, at: section.place(of: "metrics"),
      "missing key 'gates.prometheus'; expected 'url' of the server that answers 'gates.metrics'")
  }

  // MARK: Contexts

  private mutating func contexts(
    _ field: Field, isHosted: Bool, _ rules: inout ContextRules
  ) -> GatePlan? {
    guard field.node != nil else { return GatePlan(required: [], timeout: .minutes(60)) }
    guard
      let section = section(
        field, keys: ["required", "blocking", "informational", "skipped", "timeout"],
        expected: "the checks that must be green, in 'required'")
    else { return nil }
    let required = requiredContexts(section.field("required"), isHosted: isHosted)
    let timeout = span(
      section.field("timeout"), in: .seconds(1) ... .minutes(7 * 24 * 60), default: .minutes(60))
    if !isHosted {
      for key in ["blocking", "informational", "skipped"] { refuseUnlessEmpty(section.field(key)) }
    }
    let blocking = patterns(section.field("blocking"))
    let informational = patterns(section.field("informational"))
    let skipped = choice(section.field("skipped"), default: SkippedChecks.fail)
    guard let required, let timeout, let blocking, let informational, let skipped else {
      return nil
    }
    rules.required = required.filter(\.isGlob)
    rules.blocking = blocking
    rules.informational = informational
    rules.skippedPasses = skipped == .pass
    let names = required.filter { !$0.isGlob || !isHosted }.map { ContextName(normalized: $0.text) }
    for name in names where informational.contains(where: { $0.matches(name) }) {
      report(
        .contradiction, at: section.place(of: "informational"),
        "\(shown(name.text)) is required, and 'informational' says that it decides nothing")
    }
    return GatePlan(required: names, timeout: timeout)
  }

  private enum SkippedChecks: String, CaseIterable {
    case fail
    case pass
  }

  /// A gate that is there and demands nothing would open by mistake, so it must demand something.
  private mutating func requiredContexts(_ field: Field, isHosted: Bool) -> [ContextPattern]? {
    guard
      let items = filledList(
        field, expected: "a list of the exact names of the checks that must be green")
    else { return nil }
    var taken = Taken()
    var names: [ContextPattern?] = []
    for item in items {
      let name = word(item, as: ContextName.self)
      if let name { claim(name.text, in: &taken, at: item.place, what: "required check") }
      if let name, !isHosted, name.text.contains("*") { warnOfPattern(name, at: item.place) }
      names.append(name.map { ContextPattern($0) })
    }
    return allOrNone(names)
  }

  private mutating func warnOfPattern(_ name: ContextName, at place: SourcePlace) {
    warn(
      place, "\(shown(name.text)) is compared letter by letter: '*' stands for itself",
      hint: "write the full name of each check")
  }

  private mutating func patterns(_ field: Field) -> [ContextPattern]? {
    allOrNone(items(field).map { word($0, as: ContextPattern.self) })
  }

  /// The items of a list that may be left out or empty.
  mutating func items(_ field: Field) -> [Field] {
    switch field.node?.content {
    case nil, .nothing, .list([]): return []
    case .list, .text, .mapping: return filledList(field, expected: "a list") ?? []
    }
  }
}
