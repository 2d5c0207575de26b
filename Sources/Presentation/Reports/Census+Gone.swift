public import Decisions
public import Vocabulary

extension Census {
  /// Whom pawl told to run something, and who is neither listed nor found any more.
  public func gone(_ state: ControlState) -> [LeftOut] {
    let known = Set(tenants.map(\.slug) + leftOut.compactMap(\.slug))
    return state.facts.placements.byTenant.keys.filter { !known.contains($0) }.map { slug in
      LeftOut(name: slug.text, slug: slug, reason: .gone)
    }
  }
}
