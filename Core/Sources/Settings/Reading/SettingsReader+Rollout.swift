import Diagnostics
import Vocabulary

/// The section `rollout`, read as far as it goes without knowing the fleet and how it is verified.
struct RolloutDraft {
  let canary: RolloutPlan.Canary
  let soak: TimeSpan
  let batch: RolloutPlan.Batch
  let stragglersMax: Int
  let budget: TimeSpan
  let pauseFirst: TimeSpan
  let pauseMax: TimeSpan
  let onFailure: RolloutPlan.OnFailure
  let mustFinishAfter: Int
  let followers: RolloutPlan.Followers?

  func plan(samples: Int) -> RolloutPlan {
    RolloutPlan(
      canary: canary, soak: soak, batch: batch, stragglersMax: stragglersMax,
      settle: SettleBudget(
        budget: budget, pauseFirst: pauseFirst, pauseMax: pauseMax, samples: samples,
        experience: .unknown),
      onFailure: onFailure, mustFinishAfter: mustFinishAfter
    ).followed(by: followers)
  }
}

extension SettingsReader {
  static let rolloutKeys = [
    "fleet", "canary", "soak", "batch", "max_stragglers", "settle", "on_failure",
    "must_finish_after", "followers",
  ]

  mutating func rollout(
    _ section: Section, canary: RolloutPlan.Canary?, followers: RolloutPlan.Followers?
  ) -> RolloutDraft? {
    let soak = span(section.field("soak"), in: .zero ... .minutes(24 * 60), default: .seconds(60))
    let batch = batch(section.field("batch"))
    let stragglersMax = number(section.field("max_stragglers"), in: 0...1_000, default: 0)
    let settle = settle(section.field("settle"))
    let onFailure = choice(section.field("on_failure"), default: RolloutPlan.OnFailure.halt)
    let mustFinishAfter = number(section.field("must_finish_after"), in: 1...100, default: 3)
    guard let canary, let soak, let batch, let stragglersMax, let settle, let onFailure,
      let mustFinishAfter, followers != nil || !section.has("followers")
    else { return nil }
    if let followers, followers.within < settle.budget {
      warn(
        section.place(of: "followers"),
        "followers are late after \(followers.within), while each may take \(settle.budget) to prove itself",
        hint: "make 'followers.within' longer than 'settle.budget'")
    }
    return RolloutDraft(
      canary: canary, soak: soak, batch: batch, stragglersMax: stragglersMax,
      budget: settle.budget, pauseFirst: settle.first, pauseMax: settle.max, onFailure: onFailure,
      mustFinishAfter: mustFinishAfter, followers: followers)
  }

  /// Who goes first is stated, never assumed: `none` has to be written.
  mutating func canary(_ field: Field) -> RolloutPlan.Canary? {
    let expected = "a list of slugs, {label: key=value}, or 'none'"
    guard let node = present(field, expected: expected) else { return nil }
    switch node.content {
    case .text("none"): return RolloutPlan.Canary.none
    case .list: return canarySlugs(field)
    case .mapping:
      guard let section = section(field, keys: ["label"], expected: expected) else { return nil }
      return word(section.field("label"), as: LabelSelector.self).map { .label($0.label) }
    case .text(let text):
      report(
        .wrongType, at: field.place, "'\(field.path)': expected \(expected), found \(shown(text))",
        hint: TenantSlug.normalized(text).map { "write '[\($0)]'" })
      return nil
    case .nothing:
      reportType(field, node, expected: expected)
      return nil
    }
  }

  private mutating func canarySlugs(_ field: Field) -> RolloutPlan.Canary? {
    guard let items = filledList(field, expected: "slugs, or 'none' when nobody goes first") else {
      return nil
    }
    var taken = Taken()
    var slugs: [TenantSlug?] = []
    for item in items {
      let slug = word(item, as: TenantSlug.self)
      if let slug { claim(slug.text, in: &taken, at: item.place, what: "mention of the canary") }
      slugs.append(slug)
    }
    return allOrNone(slugs).map { .slugs($0) }
  }

  mutating func batch(_ field: Field) -> RolloutPlan.Batch? {
    let first = 1...1_000
    guard let node = field.node, case .mapping = node.content else {
      return field.node == nil
        ? .growing(first: 3, factor: 2, capPercent: 10)
        : number(field, in: first, default: nil).map { .fixed($0) }
    }
    guard
      let section = section(
        field, keys: ["first", "factor", "cap"],
        expected: "a number, or 'first', 'factor' and 'cap'")
    else { return nil }
    let size = number(section.field("first"), in: first, default: 3)
    let factor = number(section.field("factor"), in: 1...10, default: 2)
    let cap = percent(section.field("cap"), in: 1...100, default: 10)
    guard let size, let factor, let cap else { return nil }
    return .growing(first: size, factor: factor, capPercent: cap)
  }

  private mutating func settle(
    _ field: Field
  ) -> (budget: TimeSpan, first: TimeSpan, max: TimeSpan)? {
    guard
      let section = optionalSection(
        field, keys: ["budget", "first", "max"], expected: "'budget', 'first' and 'max'")
    else { return nil }
    let budget = span(
      section.field("budget"), in: .seconds(1) ... .minutes(120), default: .seconds(240))
    let first = span(
      section.field("first"), in: .milliseconds(10) ... .minutes(1), default: .milliseconds(500))
    let max = span(
      section.field("max"), in: .milliseconds(10) ... .minutes(10), default: .seconds(10))
    guard let budget, let first, let max else { return nil }
    guard first <= max else {
      report(
        .contradiction,
        at: section.has("first") ? section.place(of: "first") : section.place(of: "max"),
        "the first pause between two samples (\(first)) is longer than the longest (\(max))",
        hint: "make 'settle.first' at most 'settle.max'")
      return nil
    }
    guard first <= budget else {
      report(
        .contradiction, at: section.place(of: "budget"),
        "the settle budget (\(budget)) ends before the first pause between two samples (\(first))",
        hint: "make 'settle.budget' longer than 'settle.first'")
      return nil
    }
    return (budget, first, max)
  }

  /// The section `verify`.
  mutating func verify(_ field: Field) -> VerifySettings? {
    guard
      let section = optionalSection(
        field,
        keys: [
          "path", "field", "identity", "prefix", "health", "samples", "addresses", "proof_key",
          "ca",
        ],
        expected: "how tenants are asked, such as {path: /buildinfo, field: git_sha}")
    else { return nil }
    let path = word(section.field("path"), default: ProbePath("/buildinfo"))
    let name = word(section.field("field"), default: FieldName("git_sha"))
    let prefix: FieldName? = section.has("prefix") ? word(section.field("prefix")) : nil
    let samples = number(section.field("samples"), in: 1...20, default: 2)
    let health = section.field("health")
    // `health: null` is the one place where nothing is an answer: nobody is asked.
    let isAsked = health.node.map { !$0.isAbsent } ?? true
    let healthPath = isAsked ? word(health, default: ProbePath("/health")) : nil
    let ranges = addressRanges(section.field("addresses"))
    let proofKey = section.has("proof_key") ? secret(section.field("proof_key")) : nil
    let identity = choice(
      section.field("identity"), default: VerifySettings.Identity.revision)
    let authority: LocalPath? = section.has("ca") ? word(section.field("ca")) : nil
    guard let path, let name, let samples, healthPath != nil || !isAsked, let ranges,
      authority != nil || !section.has("ca"), let identity,
      proofKey != nil || !section.has("proof_key"), prefix != nil || !section.has("prefix")
    else { return nil }
    return VerifySettings(
      path: path, field: name, identity: identity, prefix: prefix, health: healthPath,
      samples: samples, ranges: ranges,
      proofKey: proofKey, authority: authority)
  }
}
