public import Vocabulary

/// Lists what says that it is a tenant, where a driver moves tenants. It only lists: who of them is in the
/// fleet is decided elsewhere.
public protocol TenantDiscovery: Sendable {
  /// Everything there is, whatever becomes of it. Found and empty means that there is provably nothing;
  /// unknown when the list cannot be read in full.
  func discover() async -> Reading<[DiscoveredTenant]>
}
