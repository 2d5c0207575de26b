import Presentation
import Registries
import Vocabulary

struct LoginReport: Report {
  struct Access: Encodable, Sendable {
    let repository: ImageLocation
    let identity: String?
    let exists: Bool?
    let mayPull: Bool
    /// Left out when it was not tried.
    let mayPush: Bool?
    let why: [String]
  }

  let access: [Access]
  var isAllowed: Bool { access.allSatisfy { $0.mayPull && $0.mayPush != false } }

  init(_ answers: [(ImageLocation, Result<AccessReport, Unknown>)], pushing: Bool) {
    access = answers.map { location, answer in
      switch answer {
      case .failure(let unknown):
        Access(
          repository: location, identity: nil, exists: nil, mayPull: false,
          mayPush: pushing ? false : nil, why: [unknown.description])
      case .success(let report):
        Access(
          repository: location, identity: report.identity, exists: report.exists,
          mayPull: report.pull == nil, mayPush: pushing ? report.push == nil : nil,
          why: [report.pull, report.push].compactMap { $0?.description })
      }
    }
  }

  func lines() -> [Line] {
    access.flatMap { access in
      let isFine = access.mayPull && access.mayPush != false
      var line = Line(isFine ? "✓ " : "✗ ", isFine ? .good : .bad)
      line.add("\(access.repository)  as \(access.identity ?? "nobody in particular")")
      line.add(access.mayPull ? "  may pull" : "  may not pull")
      if let mayPush = access.mayPush { line.add(mayPush ? ", may push" : ", may not push") }
      if access.exists == false { line.add("  (nothing lies there yet)", .quiet) }
      return [line] + access.why.map { Line("  \($0)", .bad) }
    }
  }
}

struct DigestReport: Report {
  let reference: ImageReference
  let digest: Digest

  func lines() -> [Line] { [Line(digest.text)] }
}

struct ImageReport: Report {
  struct Platform: Encodable, Sendable {
    let platform: String?
    let digest: Digest
    let labels: [String: String]
  }

  let reference: ImageReference
  let digest: Digest
  let mediaType: String
  let size: Int
  let annotations: [String: String]
  let platforms: [Platform]
  let others: Int

  init(_ reference: ImageReference, _ image: ImageDescription) {
    self.reference = reference
    digest = image.digest
    mediaType = image.mediaType
    size = image.size
    annotations = image.annotations
    platforms = image.platforms.map {
      Platform(platform: $0.name, digest: $0.digest, labels: $0.labels)
    }
    others = image.othersCount
  }

  func lines() -> [Line] {
    var lines = [Line("\(reference)", .strong), Line("  \(digest)  \(mediaType)  \(size) bytes")]
    lines += Self.sorted(annotations).map { Line("  annotation \($0)", .quiet) }
    for platform in platforms {
      lines.append(Line("  \(platform.platform ?? "image")  \(platform.digest)"))
      lines += Self.sorted(platform.labels).map { Line("    label \($0)", .quiet) }
    }
    if others > 0 { lines.append(Line("  \(others) attestations or other artifacts", .quiet)) }
    return lines
  }

  private static func sorted(_ pairs: [String: String]) -> [String] {
    pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}

struct LabelReport: Report {
  struct Platform: Encodable, Sendable {
    let platform: String?
    let digest: Digest
    /// Left out when the image has no such label.
    let value: String?
  }

  let reference: ImageReference
  let digest: Digest
  let label: String
  /// What all platforms that were read say; left out when they say nothing, or different things.
  let value: String?
  let platforms: [Platform]

  /// The one platform of an index that was read; nil when all were, or there is no index.
  var choice: String? { platforms.count == 1 ? platforms.first?.platform : nil }

  init(_ reference: ImageReference, _ image: ImageDescription, _ label: String) {
    self.reference = reference
    digest = image.digest
    self.label = label
    platforms = image.platforms.map {
      Platform(platform: $0.name, digest: $0.digest, value: $0.labels[label])
    }
    let first = platforms.first?.value
    value = platforms.allSatisfy { $0.value == first } ? first : nil
  }

  func lines() -> [Line] {
    if let value { return [Line(value)] }
    let isMixed = platforms.contains { $0.value != nil }
    return [
      Line(
        isMixed
          ? "✗ the images of \(reference) do not agree on \(label)"
          : "✗ \(reference) has no label \(label)", .bad)
    ]
      + platforms.map {
        Line("  \($0.platform ?? "image")  \($0.digest)  \($0.value ?? "no such label")")
      }
  }
}

struct CopyReport: Report {
  let source: ImageReference
  let target: ImageReference
  let digest: Digest?
  let manifests: Int
  let blobs: Int
  let changed: Bool
  let referrers: [String]
  let dryRun: Bool

  func lines() -> [Line] {
    let what = digest.map { "\(target) is \($0)" } ?? "\(target)"
    let others = referrers.map { Line("  \($0)") }
    guard changed else { return [Line("○ \(what) already", .quiet)] + others }
    guard !dryRun else {
      return [Line("○ would copy \(source) to \(target)" + (digest.map { ": \($0)" } ?? ""))]
    }
    let parts =
      "\(manifests) \(manifests == 1 ? "manifest" : "manifests"), "
      + "\(blobs) \(blobs == 1 ? "blob" : "blobs")"
    return [Line("✓ \(what): \(parts)", .good)] + others
  }
}
