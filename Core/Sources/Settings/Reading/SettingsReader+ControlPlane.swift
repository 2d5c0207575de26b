import Diagnostics
import Vocabulary

extension SettingsReader {
  /// How a fleet is moved by a control plane.
  mutating func controlPlane(_ section: Section) -> ControlPlaneSettings? {
    let address = planeAddress(section.field("url"))
    let token = secret(section.field("token"))
    let fencing = choice(section.field("fencing"), default: ControlPlaneSettings.Fencing.required)
    let tenantTime = span(
      section.field("tenant_time"), in: .seconds(1) ... .minutes(60), default: .seconds(390))
    guard let address, let token, let fencing, let tenantTime else { return nil }
    return ControlPlaneSettings(
      address: address, token: token, fencing: fencing, tenantTime: tenantTime)
  }

  /// The token travels with every call, so nobody on the way may read it.
  private mutating func planeAddress(_ field: Field) -> HTTPAddress? {
    guard let address = word(field, as: HTTPAddress.self) else { return nil }
    guard address.isSecure || address.isLoopback else {
      report(
        .malformed, at: field.place,
        "'\(field.path)': expected https, found plain http to a host that is not this machine",
        hint: "everybody on the way could read the token of the control plane")
      return nil
    }
    return address
  }
}
