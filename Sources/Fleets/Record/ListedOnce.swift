import Vocabulary

/// The tenants, if each of them is listed once.
func listedOnce(_ tenants: [Tenant]) -> Reading<Census> {
  var slugs: Set<TenantSlug> = []
  let twice = tenants.first { !slugs.insert($0.slug).inserted }
  guard let twice else { return .found(Census(tenants)) }
  return .unknown(Unknown(.unanswerable, "tenant \(twice.slug) is listed twice: remove one"))
}
