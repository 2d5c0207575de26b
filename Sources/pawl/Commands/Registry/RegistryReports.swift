import Presentation
import Registries
import Vocabulary

struct LoginReport: Report {
  struct Access: Encodable, Sendable {
    let repository: ImageLocation
    /// Left out when the registry is told nobody's name, or when whose it is told is not known.
    let identity: String?
    /// Left out, as what may be done is, when it is not known.
    let exists: Bool?
    let mayPull: Bool?
    /// Left out when it was not tried, too.
    let mayPush: Bool?
    let unknown: [Question]
    let why: [String]

    enum Question: String, Encodable, Sendable {
      case identity, pull, push
    }

    /// Who we are could not be learnt, so nothing was tried.
    init(_ repository: ImageLocation, failing unknown: Unknown, pushing: Bool) {
      self.repository = repository
      (identity, exists, mayPull, mayPush) = (nil, nil, nil, nil)
      self.unknown = [.identity, .pull] + (pushing ? [.push] : [])
      why = [unknown.description]
    }

    init(_ repository: ImageLocation, _ report: AccessReport) {
      self.repository = repository
      identity = report.identity
      exists = report.exists
      mayPull = report.pull.isAllowed
      mayPush = report.push?.isAllowed
      var unknown: [Question] = []
      if mayPull == nil { unknown.append(.pull) }
      if report.push != nil, mayPush == nil { unknown.append(.push) }
      self.unknown = unknown
      why = [report.pull.why, report.push?.why].compactMap { $0?.description }
    }

    var isFine: Bool { unknown.isEmpty && mayPull == true && mayPush != false }
  }

  let access: [Access]
  /// Whether everything that was tried is known to be allowed.
  var isAllowed: Bool { access.allSatisfy(\.isFine) }

  init(_ answers: [(ImageLocation, Result<AccessReport, Unknown>)], pushing: Bool) {
    access = answers.map { location, answer in
      switch answer {
      case .failure(let unknown): Access(location, failing: unknown, pushing: pushing)
      case .success(let report): Access(location, report)
      }
    }
  }

  func lines() -> [Line] { access.flatMap(\.lines) }
}

extension LoginReport.Access {
  fileprivate var lines: [Line] {
    let isRefused = mayPull == false || mayPush == false
    var line =
      isFine ? Line("✓ ", .good) : isRefused ? Line("✗ ", .bad) : Line("○ ", .warning)
    let isKnown = !unknown.contains(.identity)
    let name = identity ?? (isKnown ? "nobody in particular" : "somebody who is not known")
    line.add("\(repository)  as \(name)  " + Self.sentence(mayPull, "pull"))
    if let mayPush {
      line.add(", " + Self.sentence(mayPush, "push"))
    } else if unknown.contains(.push) {
      line.add(", " + Self.sentence(nil, "push"))
    }
    if exists == false { line.add("  (nothing lies there yet)", .quiet) }
    return [line] + why.map { Line("  \($0)", .bad) }
  }

  private static func sentence(_ right: Bool?, _ verb: String) -> String {
    switch right {
    case true?: "may \(verb)"
    case false?: "may not \(verb)"
    case nil: "whether one may \(verb) is unknown"
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
    let parts =
      "\(manifests) \(manifests == 1 ? "manifest" : "manifests"), "
      + "\(blobs) \(blobs == 1 ? "blob" : "blobs")"
    guard !dryRun else {
      let image = digest.map { " (\($0))" } ?? ""
      return [Line("○ would copy \(source) to \(target)\(image): \(parts)")]
    }
    return [Line("✓ \(what): \(parts)", .good)] + others
  }
}
