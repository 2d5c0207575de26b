public import Vocabulary

/// Which tags of an ECR repository may be moved (Amazon ECR User Guide, "Preventing image tags from being
/// overwritten").
public struct TagMutability: Hashable, Sendable {
  /// As ECR spells it.
  public enum Setting: String, Hashable, Sendable, CaseIterable {
    case mutable = "MUTABLE"
    case immutable = "IMMUTABLE"
    case immutableWithExclusion = "IMMUTABLE_WITH_EXCLUSION"
    case mutableWithExclusion = "MUTABLE_WITH_EXCLUSION"
  }

  public let setting: Setting
  /// `latest`, `*-latest`: the tags the setting does not hold for.
  public let exclusions: [String]

  public init(setting: Setting, exclusions: [String]) {
    self.setting = setting
    self.exclusions = exclusions
  }

  /// Whether `tag` may be moved.
  public func allowsMoving(_ tag: TagName) -> Bool {
    let isExcluded = exclusions.contains { Self.matches(Array(tag.text.utf8), Array($0.utf8)) }
    return switch setting {
    case .mutable: true
    case .immutable: false
    case .immutableWithExclusion: isExcluded
    case .mutableWithExclusion: !isExcluded
    }
  }

  /// A star stands for any number of characters.
  private static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
    var (position, place) = (0, 0)
    var retry: (position: Int, place: Int)?
    while position < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        retry = (position, place)
        place += 1
      } else if place < pattern.count, pattern[place] == text[position] {
        position += 1
        place += 1
      } else if let last = retry {
        // The last star takes one more.
        retry = (last.position + 1, last.place)
        (position, place) = (last.position + 1, last.place + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension ECRLogin {
  private struct Repositories: Decodable {
    struct Filter: Decodable { let filter: String }
    struct Repository: Decodable {
      let imageTagMutability: String
      let imageTagMutabilityExclusionFilters: [Filter]?
    }
    let repositories: [Repository]
  }

  /// Which tags of a repository may be moved. Needs `ecr:DescribeRepositories`.
  public func mutability(of repository: RepositoryName) async -> Reading<TagMutability> {
    do throws(Unknown) {
      let body = Array(#"{"repositoryNames":["\#(repository)"]}"#.utf8)
      let answer = try await api.call("DescribeRepositories", body)
      guard answer.status == 200 else {
        if String(decoding: answer.body, as: UTF8.self).contains("RepositoryNotFoundException") {
          return .absent
        }
        throw Unknown(
          Unknown.Cause(ecr: answer.status),
          "\(api.address) does not describe \(repository) to \(answer.signer) (\(answer.status)); "
            + "that needs ecr:DescribeRepositories")
      }
      guard let found = decoded(Repositories.self, from: answer.body)?.repositories.first,
        let setting = TagMutability.Setting(rawValue: found.imageTagMutability)
      else {
        throw Unknown(
          .malformed, "\(api.address): expected the settings of \(repository), found something else"
        )
      }
      return .found(
        TagMutability(
          setting: setting,
          exclusions: found.imageTagMutabilityExclusionFilters?.map(\.filter) ?? []))
    } catch {
      return .unknown(error)
    }
  }
}
