import Decisions
import OrderedCollections
import Presentation
import Vocabulary

/// One image as its build knows it: `platform-tenant@sha256:…`.
struct BuiltImage: Hashable, Sendable {
  let name: ImageName
  let digest: Digest

  init(argument text: String) throws {
    let sides = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2 else {
      throw Malformed(noun: "built image", expected: "name@sha256:…", found: text)
    }
    name = try ImageName(parsing: String(sides[0]))
    digest = try Digest(parsing: String(sides[1]))
  }

  private init(name: ImageName, digest: Digest) {
    self.name = name
    self.digest = digest
  }

  /// What was said to have been built when the commit became a candidate; empty when it was found by tags.
  static func ofCandidate(_ commit: Commit, in state: ControlState) -> [BuiltImage] {
    let run = state.runs.values.last {
      $0.commit == commit && $0.order == .release(.candidate) && $0.candidate != nil
    }
    let members = run?.plan.releaseSet.members ?? []
    let images = members.compactMap { member -> BuiltImage? in
      guard case .digest(let digest) = member.builds.first?.selector else { return nil }
      return BuiltImage(name: member.name, digest: digest)
    }
    return images.count == members.count ? images : []
  }

  /// The plan, asking for exactly these images where it would have asked for what a tag means: a tag that was
  /// pushed again in the meantime is not taken for the build.
  static func pinned(
    _ plan: ReleasePlan, to images: [BuiltImage]
  ) throws(ProcessFailure) -> ReleasePlan {
    guard !images.isEmpty else { return plan }
    let names = plan.releaseSet.members.map(\.name)
    let given = images.map(\.name)
    guard given.sorted() == names.sorted() else {
      throw ProcessFailure(
        .usage,
        "expected each image of the release set once (\(list(names))), found \(list(given)); "
          + "nothing was ordered",
        advice: "'pawl candidate add' with one --image for each, or with none")
    }
    let members = plan.releaseSet.members.map { member in
      let digest = images.first { $0.name == member.name }?.digest
      return ReleaseSet.Member(
        name: member.name,
        builds: member.builds.map { build in
          digest.map { build.location.at($0) } ?? build
        })
    }
    return ReleasePlan(
      releaseSet: ReleaseSet(members: members, source: plan.releaseSet.source), branch: plan.branch,
      channels: plan.channels, gates: plan.gates, rollout: plan.rollout,
      tenantImage: plan.tenantImage, tenantLocation: plan.tenantLocation)
  }

  private static func list(_ names: [ImageName]) -> String {
    names.map(\.text).joined(separator: ", ")
  }
}
