/// `registry.example/app:tag@sha256:…`, taken apart.
struct ImageName: Sendable {
  /// Without tag and digest.
  let image: String
  let tag: String?
  let hasDigest: Bool

  init(_ text: String) {
    var rest = text[...]
    if let at = rest.firstIndex(of: "@") {
      hasDigest = true
      rest = rest[..<at]
    } else {
      hasDigest = false
    }
    // A colon behind the last slash is a tag's; one before is a port's.
    let slash = rest.lastIndex(of: "/") ?? rest.startIndex
    if let colon = rest[slash...].lastIndex(of: ":") {
      image = String(rest[..<colon])
      tag = String(rest[rest.index(after: colon)...])
    } else {
      image = String(rest)
      tag = nil
    }
  }
}
