public import Decisions
import OrderedCollections
public import Vocabulary

/// Every tag of every channel, and every pin, against the journal.
public struct DriftReport: Report {
  /// One pin: a tag that keeps what a channel has left.
  struct PinStatus: Encodable, Hashable, Sendable {
    let tag: ImageReference
    let digest: Digest
    /// `kept`, `moved`, `gone` or `unknown`. Manifests and configs are looked at, layers are not: a pin whose
    /// layers alone are gone counts as kept.
    let state: String
    let why: String?
  }

  let release: Commit?
  /// How long ago the release was proven, in seconds; pawl moved the channels after that.
  let releaseAge: Int64?
  let channels: [TagStatus]
  let pins: [PinStatus]
  public let exitCode: Int32

  public init(
    tags: [(channel: ChannelPlan, member: ChannelPlan.Member, reading: Reading<ImageFacts>)],
    pins: [(ChannelPin, Reading<ImageFacts>)], state: ControlState, now: Timestamp
  ) {
    let current = state.facts.releases.current.flatMap { state.facts.releases.release(of: $0) }
    release = current?.candidate.commit
    releaseAge = current.map { now.since($0.provenAt).milliseconds / 1_000 }
    channels = tags.map {
      TagStatus(
        $0.channel, $0.member, $0.reading, expecting: state.candidate(shownBy: $0.channel))
    }
    self.pins = pins.map { pin, reading in
      switch reading {
      case .found(let image) where image.digest == pin.digest:
        PinStatus(tag: pin.target, digest: pin.digest, state: "kept", why: nil)
      case .found(let image):
        PinStatus(
          tag: pin.target, digest: pin.digest, state: "moved", why: "it shows \(image.digest.short)"
        )
      case .absent:
        PinStatus(
          tag: pin.target, digest: pin.digest, state: "gone",
          why: "what it kept may have been collected; a rollback to it may be impossible")
      case .unknown(let unknown) where unknown.cause == .incomplete:
        PinStatus(
          tag: pin.target, digest: pin.digest, state: "gone",
          why: "\(unknown.detail); what it kept cannot be rolled back to")
      case .unknown(let unknown):
        PinStatus(
          tag: pin.target, digest: pin.digest, state: "unknown", why: unknown.description)
      }
    }
    let hasDrift =
      channels.contains { $0.agrees == false }
      || self.pins.contains { $0.state == "moved" || $0.state == "gone" }
    let isUnknown =
      channels.contains { $0.state == "unknown" } || self.pins.contains { $0.state == "unknown" }
    exitCode =
      hasDrift
      ? Conclusion.refused(.stalePlan).exitCode
      : isUnknown ? Conclusion.refused(.unknown).exitCode : 0
  }

  /// Whether a channel shows something else than the release that it is put back to.
  public var isHealable: Bool { channels.contains { $0.agrees == false && $0.isHealable } }

  public func lines() -> [Line] {
    var lines = [Line(release.map { "release \($0)" } ?? "no release yet", .strong)]
    if let releaseAge {
      lines.append(Line("  proven \(TimeSpan.seconds(releaseAge)) ago", .quiet))
    }
    lines += channels.flatMap { status in
      [status.line] + (status.agrees == false ? [Line("    \(Self.suspicion(status))")] : [])
    }
    lines += pins.map { pin in
      let isFine = pin.state == "kept"
      var line = Line(
        isFine ? "  ✓ " : pin.state == "unknown" ? "  ○ " : "  ✗ ", isFine ? .good : .bad)
      line.add("\(pin.tag)  \(pin.state)" + (pin.why.map { ": \($0)" } ?? ""))
      return line
    }
    return lines
  }

  /// Registries do not tell who has written a tag.
  private static func suspicion(_ status: TagStatus) -> String {
    let expected = status.expected.map(\.short) ?? "nothing"
    let deed = status.state == "absent" ? "removed" : "written"
    return "pawl moved it to \(expected); since then somebody else with push rights on "
      + "\(status.tag.location) has \(deed) it: "
      + (status.isHealable ? "'pawl drift --heal' puts it back" : "the next candidate moves it on")
  }
}
