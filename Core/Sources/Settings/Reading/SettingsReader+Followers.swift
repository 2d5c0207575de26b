import Diagnostics
import Vocabulary

// The tenants that are moved after a promotion.

extension SettingsReader {
  /// The section `rollout.followers`, where there is one.
  mutating func followers(_ field: Field) -> RolloutPlan.Followers? {
    guard
      let section = section(
        field, keys: ["select", "within", "batch", "max_stragglers"],
        expected: "who follows and by when, such as {select: {label: tier=free}, within: 15m}")
    else { return nil }
    let label = selection(section.field("select"))
    let within = span(
      section.field("within"), in: .seconds(1) ... .minutes(24 * 60), default: .minutes(15))
    let batch = batch(section.field("batch"))
    let stragglersMax = number(section.field("max_stragglers"), in: 0...1_000, default: 0)
    guard let label, let within, let batch, let stragglersMax else { return nil }
    return RolloutPlan.Followers(
      label: label, within: within, batch: batch, stragglersMax: stragglersMax)
  }

  /// By a label only: names would have to be kept in step with who signs up.
  private mutating func selection(_ field: Field) -> Tenant.Label? {
    guard let section = section(field, keys: ["label"], expected: "{label: key=value}") else {
      return nil
    }
    return word(section.field("label"), as: LabelSelector.self)?.label
  }

  /// Whoever goes first cannot follow, whatever the fleet is.
  mutating func check(
    _ followers: RolloutPlan.Followers, beside canary: RolloutPlan.Canary, at section: Section
  ) {
    guard canary == .label(followers.label) else { return }
    report(
      .contradiction, at: section.field("followers").place,
      "the canary and the followers are the same tenants, those with \(shown(followers.label.description))",
      hint: "who goes first cannot be moved last: choose another label for one of them")
  }

  /// Checks that somebody follows and somebody does not, that no canary follows, and that the canary is in
  /// the fleet and not all of it.
  mutating func check(
    _ canary: RolloutPlan.Canary, _ followers: RolloutPlan.Followers?, among tenants: [Tenant],
    at places: (canary: Field, followers: Field)
  ) {
    guard let followers, canary != .label(followers.label) else {
      return check(canary, among: tenants, at: places.canary)
    }
    let following = tenants.filter { $0.labels.contains(followers.label) }
    let label = shown(followers.label.description)
    if following.isEmpty {
      report(
        .unknownName, at: places.followers.place, "no tenant has the label \(label) of followers",
        hint: "label at least one tenant, or take 'followers' out")
    } else if following.count == tenants.count {
      report(
        .contradiction, at: places.followers.place,
        "every tenant has the label \(label) of followers: nobody is left to prove a release on",
        hint: "let only those follow for whom it is soon enough when others run it")
    }
    let both = following.filter(canary.names)
    guard both.isEmpty else {
      return report(
        .contradiction, at: places.canary.place,
        "the canary \(both.map { shown($0.slug.text) }.joined(separator: ", ")) has the label \(label) of "
          + "followers",
        hint: "who goes first cannot be moved last: take it out of one of them")
    }
    let others = tenants.filter { !$0.labels.contains(followers.label) }
    if !others.isEmpty { check(canary, among: others, at: places.canary) }
  }
}
