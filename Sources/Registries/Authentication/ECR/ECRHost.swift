import Vocabulary

/// What the name of a private ECR registry says: where it is, and so where its passwords are made
/// (Amazon ECR User Guide, "Amazon ECR endpoints and quotas").
struct ECRHost: Hashable, Sendable {
  let account: String
  let region: String
  /// The host of the API of that region and partition.
  let api: String

  /// Nil when the host is none of
  /// `<account>.dkr.ecr[-fips].<region>.amazonaws.com[.cn]` (and the other partitions' domains) and
  /// `<account>.dkr-ecr[-fips].<region>.on.aws`.
  init?(_ host: RegistryHost) {
    let parts = host.text.split(separator: ".").map(String.init)
    guard parts.count >= 4, parts[0].utf8.count == 12,
      parts[0].utf8.allSatisfy({ (0x30...0x39) ~= $0 })
    else { return nil }
    account = parts[0]
    if parts[1] == "dkr", parts.count >= 5 {
      let domain = parts[4...].joined(separator: ".")
      guard Self.domains.contains(domain), Self.isRegion(parts[3]) else { return nil }
      region = parts[3]
      switch parts[2] {
      case "ecr": api = "api.ecr.\(region).\(domain)"
      case "ecr-fips": api = "ecr-fips.\(region).\(domain)"
      default: return nil
      }
    } else {
      let domain = parts[3...].joined(separator: ".")
      guard let dualStack = Self.dualStackDomains[domain], Self.isRegion(parts[2]) else {
        return nil
      }
      region = parts[2]
      switch parts[1] {
      case "dkr-ecr": api = "ecr.\(region).\(dualStack)"
      case "dkr-ecr-fips": api = "ecr-fips.\(region).\(dualStack)"
      default: return nil
      }
    }
  }

  private static let domains = [
    "amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "sc2s.sgov.gov",
    "cloud.adc-e.uk", "csp.hci.ic.gov",
  ]

  /// The domain of the registry, and that of the API beside it.
  private static let dualStackDomains = [
    "on.aws": "api.aws", "on.amazonwebservices.com.cn": "api.amazonwebservices.com.cn",
  ]

  private static func isRegion(_ text: String) -> Bool {
    text.contains("-")
      && text.utf8.allSatisfy { (0x61...0x7A) ~= $0 || (0x30...0x39) ~= $0 || $0 == 0x2D }
  }
}
