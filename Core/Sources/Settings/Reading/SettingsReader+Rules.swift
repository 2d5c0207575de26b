import Diagnostics
import Vocabulary

// The gates beyond commit statuses.

extension SettingsReader {
  mutating func workflows(_ field: Field) -> [WorkflowGate]? {
    allOrNone(items(field).map { workflow($0) })
  }

  private mutating func workflow(_ field: Field) -> WorkflowGate? {
    guard
      let section = section(
        field, keys: ["file", "event", "when_absent", "when_pending", "paths"],
        expected: "a workflow, by its 'file'")
    else { return nil }
    let file = word(section.field("file"), as: WorkflowFile.self)
    let whenAbsent = choice(section.field("when_absent"), default: WorkflowGate.WhenAbsent.wait)
    let whenPending = choice(section.field("when_pending"), default: WorkflowGate.WhenPending.wait)
    let event =
      section.has("event") ? text(section.field("event"), expected: "an event, such as push") : nil
    let paths = allOrNone(items(section.field("paths")).map { word($0, as: PathPattern.self) })
    guard let file, let whenAbsent, let whenPending, let paths else { return nil }
    if whenAbsent == .passIfPathFiltered, paths.isEmpty {
      report(
        .missingKey, at: section.place,
        "missing key '\(section.path).paths'; expected what 'on.push.paths' of \(file) says: without "
          + "it nothing proves that a run was left out")
      return nil
    }
    if whenAbsent == .wait, !paths.isEmpty {
      report(
        .contradiction, at: section.place(of: "paths"),
        "'\(section.path).paths' matters only with 'when_absent: pass-if-path-filtered'")
      return nil
    }
    return WorkflowGate(
      file: file, event: event, whenAbsent: whenAbsent, whenPending: whenPending,
      paths: paths.isEmpty ? nil : PathFilter(paths))
  }

  mutating func killSwitch(_ field: Field) -> KillSwitch? {
    guard let node = field.node, !node.isAbsent,
      let section = section(
        field, keys: ["variable", "level", "unreadable", "forbidden", "engaged"],
        expected: "the 'variable' that stops releases")
    else { return nil }
    let variable = word(section.field("variable"), as: VariableName.self)
    let level = choice(section.field("level"), default: VariableLevel.repository)
    _ = choice(section.field("unreadable"), default: Unreadable.hold)
    let forbidden = choice(section.field("forbidden"), default: KillSwitch.WhenForbidden.hold)
    let engaged = choice(section.field("engaged"), default: Truth.false)
    guard let variable, let level, let forbidden, let engaged else { return nil }
    var killSwitch = KillSwitch(variable: variable, level: level, whenForbidden: forbidden)
    if engaged == .true { killSwitch.isOnInSettings = true }
    return killSwitch
  }

  /// Whether a newer commit that is being built is waited for.
  mutating func newerBuild(_ field: Field) -> NewerBuildGate? {
    guard let node = field.node, !node.isAbsent,
      let section = section(
        field, keys: ["policy", "workflow", "at_most"],
        expected: "'policy', and with 'wait' the 'workflow' that builds")
    else { return nil }
    let policy = choice(section.field("policy"), default: NewerBuildPolicy.ignore)
    guard policy == .wait else {
      for key in ["workflow", "at_most"] where section.has(key) && policy != nil {
        report(
          .contradiction, at: section.place(of: key),
          "'\(section.path).\(key)' matters only with 'policy: wait'")
      }
      return nil
    }
    let file = word(section.field("workflow"), as: WorkflowFile.self)
    let patience = span(
      section.field("at_most"), in: .seconds(1) ... .minutes(24 * 60), default: .minutes(30))
    guard let file, let patience else { return nil }
    return NewerBuildGate(file: file, patience: patience)
  }

  private enum NewerBuildPolicy: String, CaseIterable {
    case ignore
    case wait
  }

  /// There is no other answer: what cannot be read is not off.
  private enum Unreadable: String, CaseIterable {
    case hold
  }

  mutating func approval(_ field: Field) -> ApprovalGate? {
    guard let node = field.node, !node.isAbsent,
      let section = section(
        field, keys: ["count", "from", "not_author", "expires"],
        expected: "how many people have to agree: 'count'")
    else { return nil }
    let count = number(section.field("count"), in: 0...20, default: 0)
    let approvers = allOrNone(items(section.field("from")).map { word($0, as: ActorName.self) })
    let notAuthor = choice(section.field("not_author"), default: Truth.true)
    let lifetime = span(
      section.field("expires"), in: .minutes(1) ... .minutes(30 * 24 * 60), default: .minutes(240))
    guard let count, let approvers, let notAuthor, let lifetime, count > 0 else { return nil }
    if !approvers.isEmpty, approvers.count < count {
      report(
        .contradiction, at: section.place(of: "from"),
        "\(count) people have to agree, and 'from' names \(approvers.count)")
      return nil
    }
    return ApprovalGate(
      count: count, approvers: approvers, excludesAuthor: notAuthor == .true, lifetime: lifetime)
  }

  private enum Truth: String, CaseIterable {
    case `true`
    case `false`
  }

  mutating func windows(_ field: Field) -> [WindowSettings]? {
    allOrNone(items(field).map { window($0) })
  }

  /// The windows of a tenant, one or a list of them; empty when it has none.
  mutating func tenantWindows(_ field: Field) -> [WindowSettings]? {
    guard let node = field.node else { return [] }
    if case .mapping = node.content { return window(field).map { [$0] } }
    let expected = "a window such as {allow: \"Sat 02:00-Sat 05:00\"}, or a list of them"
    guard let items = filledList(field, expected: expected) else { return nil }
    return allOrNone(items.map { window($0) })
  }

  private mutating func window(_ field: Field) -> WindowSettings? {
    guard
      let section = section(
        field, keys: ["deny", "allow", "zone", "reason"], expected: "'deny' or 'allow' with a time")
    else { return nil }
    let kinds = ReleaseWindow.Kind.allCases.filter { section.has($0.rawValue) }
    guard let kind = kinds.first, kinds.count == 1 else {
      report(
        kinds.isEmpty ? .missingKey : .contradiction, at: section.place,
        "'\(section.path)': expected one of 'deny' and 'allow', found \(kinds.isEmpty ? "neither" : "both")"
      )
      return nil
    }
    let span = windowSpan(section.field(kind.rawValue))
    let zone = word(section.field("zone"), default: ZoneName("UTC"))
    let reason =
      section.has("reason") ? text(section.field("reason"), expected: "why, in words") : ""
    guard let span, let zone, let reason else { return nil }
    return WindowSettings(kind: kind, span: span, zone: zone, reason: reason)
  }

  private mutating func windowSpan(_ field: Field) -> WindowSpan? {
    let expected =
      "'Fri 16:00-Mon 08:00' every week, or '2026-12-20T00:00:00Z/2027-01-04T00:00:00Z'"
    guard let text = text(field, expected: expected) else { return nil }
    if let span = WindowSpan(written: text) { return span }
    report(
      .malformed, at: field.place, "'\(field.path)': expected \(expected), found \(shown(text))")
    return nil
  }

  mutating func metrics(_ field: Field) -> [MetricGate]? {
    allOrNone(items(field).map { metric($0) })
  }

  private mutating func metric(_ field: Field) -> MetricGate? {
    guard
      let section = section(
        field, keys: ["name", "query", "at_most", "at_least"],
        expected: "'name', 'query' and 'at_most' or 'at_least'")
    else { return nil }
    let name = word(section.field("name"), as: ContextName.self)
    let query = word(section.field("query"), as: MetricQuery.self)
    let limits = ["at_most", "at_least"].filter(section.has)
    guard let key = limits.first, limits.count == 1 else {
      report(
        limits.isEmpty ? .missingKey : .contradiction, at: section.place,
        "'\(section.path)': expected one of 'at_most' and 'at_least', found "
          + (limits.isEmpty ? "neither" : "both"))
      return nil
    }
    let expected = "a number, such as 0.01"
    guard let text = text(section.field(key), expected: expected) else { return nil }
    guard let limit = Double(text), limit.isFinite else {
      report(
        .wrongType, at: section.field(key).place,
        "'\(section.path).\(key)': expected \(expected), found \(shown(text))")
      return nil
    }
    guard let name, let query else { return nil }
    return MetricGate(
      name: name.text, query: query, bound: key == "at_most" ? .atMost(limit) : .atLeast(limit))
  }

  mutating func prometheus(_ field: Field) -> PrometheusSettings? {
    guard let node = field.node, !node.isAbsent,
      let section = section(field, keys: ["url", "token"], expected: "the server's 'url'")
    else { return nil }
    let url = word(section.field("url"), as: HTTPAddress.self)
    let token = section.has("token") ? secret(section.field("token")) : nil
    return url.map { PrometheusSettings(url: $0, token: token) }
  }

  mutating func pace(_ field: Field) -> ReadingPace {
    guard
      let section = optionalSection(field, keys: ["first", "max"], expected: "'first' and 'max'")
    else { return ReadingPace() }
    let range = TimeSpan.seconds(1) ... .minutes(60)
    let first = span(section.field("first"), in: range, default: .seconds(15))
    let longest = span(section.field("max"), in: range, default: .seconds(60))
    guard let first, let longest else { return ReadingPace() }
    return ReadingPace(pauseFirst: first, pauseMax: longest)
  }
}

extension WindowSpan {
  /// A weekly or a single window as a person writes it.
  init?(written text: String) {
    let moments = text.split(separator: "/").map(String.init)
    if moments.count == 2, let from = Timestamp(rfc3339: moments[0]),
      let to = Timestamp(rfc3339: moments[1]), from < to
    {
      self = .once(from: from, to: to)
      return
    }
    let edges = text.split(separator: "-").map { MinuteOfWeek(written: String($0)) }
    guard edges.count == 2, let from = edges[0], let to = edges[1], from != to else { return nil }
    self = .weekly(from: from, to: to)
  }

  /// The same in the same form.
  var written: String {
    switch self {
    case .weekly(let from, let to): "\(from.written)-\(to.written)"
    case .once(let from, let to): "\(from)/\(to)"
    }
  }
}
