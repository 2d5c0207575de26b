import Decisions
import Vocabulary

/// One tag of a channel: what it shows now, and what it should.
struct TagStatus: Encodable, Hashable, Sendable {
  let channel: ChannelName
  let follows: String
  let image: ImageName
  let tag: ImageReference
  /// `found`, `absent` or `unknown`.
  let state: String
  let digest: Digest?
  /// The commit the image says it was built from.
  let commit: Commit?
  /// What pawl last moved it to; absent when pawl never did.
  let expected: Digest?
  let agrees: Bool?
  let why: String?

  init(
    _ channel: ChannelPlan, _ member: ChannelPlan.Member, _ reading: Reading<ImageFacts>,
    expecting candidate: Candidate?
  ) {
    self.channel = channel.name
    follows = channel.follows.rawValue
    image = member.image
    tag = member.location.at(channel.name.tag)
    let wanted = candidate?.digest(of: member.image)
    expected = wanted
    digest = reading.value?.digest
    commit = reading.value?.commit
    switch reading {
    case .found(let image):
      state = "found"
      why = nil
      agrees = wanted.map { $0 == image.digest }
    case .absent:
      state = "absent"
      why = nil
      agrees = wanted.map { _ in false }
    case .unknown(let unknown):
      state = "unknown"
      why = unknown.description
      agrees = nil
    }
  }

  /// Whether it is put back by promoting the current release again.
  var isHealable: Bool { follows == ChannelPlan.Follows.proven.rawValue }

  var disagreement: String? {
    guard agrees == false, let expected else { return nil }
    return "\(tag) \(shows); pawl moved it to \(expected)"
  }

  private var shows: String {
    if let why { return "could not be read: \(why)" }
    guard let digest else { return "does not exist" }
    return "shows \(digest)" + (commit.map { ", built from \($0.short)" } ?? "")
  }

  var line: Line {
    var line: Line =
      switch agrees {
      case true?: Line("  ✓ ", .good)
      case false?: Line("  ✗ ", .bad)
      case nil: Line("  ○ ", .quiet)
      }
    line.add("\(tag)  \(shows)")
    return line
  }
}
