/// The manifests that are understood (OCI image-spec, media-types.md; Docker manifest v2, schema
/// 2).
enum ManifestType: String, CaseIterable, Sendable {
  case ociIndex = "application/vnd.oci.image.index.v1+json"
  case ociManifest = "application/vnd.oci.image.manifest.v1+json"
  case dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
  case dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"

  /// All of them in one field line: a registry hides a tag whose type is not accepted behind a 404,
  /// and proxies have been seen to keep only the first of several lines.
  static let accept = allCases.map(\.rawValue).joined(separator: ", ")

  /// Whether it lists manifests instead of layers.
  var isIndex: Bool {
    switch self {
    case .ociIndex, .dockerList: true
    case .ociManifest, .dockerManifest: false
    }
  }
}

/// The configurations that carry labels and process settings; any other belongs to an artifact.
enum ConfigType: String, CaseIterable, Sendable {
  case oci = "application/vnd.oci.image.config.v1+json"
  case docker = "application/vnd.docker.container.image.v1+json"
}

/// A media type without its parameters, lowercase: ` Application/JSON; charset=utf-8` is
/// `application/json`.
func essence(_ mediaType: String) -> String {
  let bare = mediaType.prefix { $0 != ";" }.lowercased()
  return String(bare.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
