import Transport
import Vocabulary

/// A manifest exactly as the registry stores it, verified against its digest.
///
/// The bytes are never decoded and written again: another order of keys would be another digest.
struct StoredManifest: Hashable, Sendable {
  let digest: Digest
  let type: ManifestType
  let bytes: [UInt8]

  /// The specification asks registries to take 4 MiB; no larger one is read.
  static let bytesMax = 4 * 1_024 * 1_024

  init(digest: Digest, type: ManifestType, bytes: [UInt8]) {
    self.digest = digest
    self.type = type
    self.bytes = bytes
  }

  /// What was kept; nil when it is not what it says, which only a damaged journal can bring about.
  init?(_ kept: KeptManifest) {
    let bytes = Array(kept.text.utf8)
    guard let type = ManifestType(rawValue: kept.mediaType), kept.digest.matches(bytes) else {
      return nil
    }
    self.init(digest: kept.digest, type: type, bytes: bytes)
  }

  /// Takes the manifest out of the answer to a request for `reference`.
  ///
  /// The digest is computed from the bytes and compared with the one that was asked for and with
  /// the one the registry names. A header alone proves nothing: tools that believed it have
  /// published what a proxy had altered.
  init(_ answer: HTTPAnswer, for reference: ImageReference) throws(Unknown) {
    let named = try answer.contentDigest(of: reference)
    digest =
      switch reference.selector {
      case .digest(let asked): asked
      case .tag: named ?? Digest(of: answer.body, .sha256)
      }
    for expected in [digest, named].compactMap(\.self) where !expected.matches(answer.body) {
      let found = Digest(of: answer.body, expected.algorithm)
      throw Unknown(
        .malformed,
        "\(reference): expected content \(expected.short), found \(found.short): altered on its way"
      )
    }
    type = try Self.type(of: answer, reference)
    bytes = answer.body
  }

  private static func type(
    of answer: HTTPAnswer, _ reference: ImageReference
  ) throws(Unknown) -> ManifestType {
    let announced = answer.values(of: "content-type").first.map(essence) ?? ""
    if announced.hasPrefix("application/vnd.docker.distribution.manifest.v1+") {
      throw Unknown(
        .unanswerable,
        "\(reference): expected a manifest of schema 2, found schema 1; push it again with a newer tool"
      )
    }
    guard let type = ManifestType(rawValue: announced) else {
      throw Unknown(.malformed, "\(reference): expected a manifest, found type '\(announced)'")
    }
    let document: ManifestDocument
    do throws(Objection) {
      guard let found = try checked(ManifestDocument.self, from: answer.body) else {
        throw Objection(sentence: "expected a manifest, found no readable JSON")
      }
      document = found
    } catch {
      throw Unknown(.malformed, "\(reference): \(error.sentence)")
    }
    // OCI manifests may leave the type out; what stands there must not contradict the answer's.
    if let written = document.mediaType, essence(written) != type.rawValue {
      throw Unknown(
        .malformed, "\(reference): announced as \(type.rawValue), but written as '\(written)'")
    }
    return type
  }

  /// Remarks of whoever built it; nobody has verified them.
  var annotations: [String: String] {
    decoded(ManifestDocument.self, from: bytes)?.annotations ?? [:]
  }

  /// What it lists. `place` is for messages.
  func content(of place: ImageLocation) throws(Unknown) -> ManifestContent {
    let document = decoded(ManifestDocument.self, from: bytes)
    switch (type.isIndex, document?.manifests, document?.config, document?.layers) {
    case (true, .some(let entries), .none, .none):
      return .index(entries)
    case (false, .none, .some(let config), .some(let layers)):
      return .image(config: config, layers: layers)
    default:
      // Content that is both could be read as one by us and as the other by who runs it
      // (CVE-2021-41190).
      let kind = type.isIndex ? "an index: manifests alone" : "an image: config and layers alone"
      throw Unknown(.malformed, "\(place)@\(digest.short): expected \(kind), found something else")
    }
  }
}

extension HTTPAnswer {
  /// The digest in `Docker-Content-Digest`, which a registry may leave out.
  func contentDigest(of reference: ImageReference) throws(Unknown) -> Digest? {
    let values = Set(values(of: "docker-content-digest"))
    guard let value = values.first else { return nil }
    guard values.count == 1, let digest = try? Digest(parsing: value) else {
      throw Unknown(.malformed, "\(reference): expected one digest in Docker-Content-Digest")
    }
    return digest
  }
}
