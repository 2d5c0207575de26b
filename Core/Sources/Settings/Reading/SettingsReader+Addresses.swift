import Vocabulary

extension SettingsReader {
  /// The ranges a person may name: no machine is in the others.
  private enum NamedRange: String, CaseIterable {
    case loopback
    case `private`
    case linkLocal = "link-local"
    case `public`

    var range: AddressRange {
      switch self {
      case .loopback: .loopback
      case .private: .private
      case .linkLocal: .linkLocal
      case .public: .public
      }
    }
  }

  /// Where tenants may be; the usual ranges unless they are named.
  mutating func addressRanges(_ field: Field) -> [AddressRange]? {
    guard field.node != nil else { return AddressRange.usual }
    guard let items = filledList(field, expected: "ranges of addresses, such as [private, public]")
    else { return nil }
    var ranges: [AddressRange?] = []
    for item in items {
      let named = choice(item, default: nil, as: NamedRange.self)
      ranges.append(named?.range)
    }
    return allOrNone(ranges)
  }
}
