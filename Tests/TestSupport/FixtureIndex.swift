import Vocabulary

/// A multi-platform image as BuildKit pushes it: one manifest per platform and, if wanted, one
/// attestation manifest for each, all in one index.
public struct FixtureIndex: Sendable {
  public var images: [FixtureImage]
  public var attests: Bool

  public init(_ images: [FixtureImage], attests: Bool) {
    self.images = images
    self.attests = attests
  }

  public var built: BuiltManifest {
    var entries: [[String: Any]] = []
    var children: [BuiltManifest] = []
    for image in images {
      let child = image.built
      children.append(child)
      var entry = descriptor(of: child.bytes, child.mediaType)
      entry["platform"] = ["os": image.system, "architecture": image.architecture]
      entries.append(entry)
    }
    if attests {
      for image in images {
        let attestation = Self.attestation(of: image.built.digest)
        children.append(attestation)
        var entry = descriptor(of: attestation.bytes, attestation.mediaType)
        entry["platform"] = ["os": "unknown", "architecture": "unknown"]
        entry["annotations"] = [
          "vnd.docker.reference.type": "attestation-manifest",
          "vnd.docker.reference.digest": image.built.digest.text,
        ]
        entries.append(entry)
      }
    }
    let mediaType = "application/vnd.oci.image.index.v1+json"
    let bytes = json(["schemaVersion": 2, "mediaType": mediaType, "manifests": entries])
    return BuiltManifest(bytes: bytes, mediaType: mediaType, blobs: [], children: children)
  }

  private static func attestation(of subject: Digest) -> BuiltManifest {
    let statement = json(["_type": "https://in-toto.io/Statement/v0.1", "subject": subject.text])
    let config = json([
      "architecture": "unknown", "os": "unknown", "config": [String: Any](),
      "rootfs": ["type": "layers", "diff_ids": [digest(of: statement).text]] as [String: Any],
    ])
    let mediaType = "application/vnd.oci.image.manifest.v1+json"
    let manifest = json([
      "schemaVersion": 2, "mediaType": mediaType,
      "config": descriptor(of: config, "application/vnd.oci.image.config.v1+json"),
      "layers": [descriptor(of: statement, "application/vnd.in-toto+json")],
    ])
    return BuiltManifest(
      bytes: manifest, mediaType: mediaType, blobs: [config, statement], children: [])
  }
}
