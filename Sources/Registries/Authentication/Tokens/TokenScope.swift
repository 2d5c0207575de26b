public import Vocabulary

/// A right a token is asked for: actions on one repository (distribution, "Token Scope Documentation").
public struct TokenScope: Hashable, Sendable, CustomStringConvertible {
  public enum Action: String, Hashable, Sendable, CaseIterable {
    case pull
    case push
    case delete
  }

  public let repository: RepositoryName
  let actions: [Action]

  /// What reading takes.
  public static func pull(_ repository: RepositoryName) -> TokenScope {
    TokenScope(repository: repository, actions: [.pull])
  }

  /// What writing takes: a push that cannot look is refused by some registries.
  public static func push(_ repository: RepositoryName) -> TokenScope {
    TokenScope(repository: repository, actions: [.pull, .push])
  }

  /// What removing a tag takes.
  static func delete(_ repository: RepositoryName) -> TokenScope {
    TokenScope(repository: repository, actions: [.pull, .push, .delete])
  }

  /// `repository:acme/platform:pull,push`, in this order: some token services know no other.
  public var description: String {
    "repository:\(repository):" + actions.map(\.rawValue).joined(separator: ",")
  }

  func covers(_ other: TokenScope) -> Bool {
    repository == other.repository && other.actions.allSatisfy(actions.contains)
  }
}

extension [TokenScope] {
  func covers(_ scopes: [TokenScope]) -> Bool {
    scopes.allSatisfy { scope in contains { $0.covers(scope) } }
  }

  /// With what `scopes` asks for beside; one entry per repository, first come, first named.
  func merged(with scopes: [TokenScope]) -> [TokenScope] {
    scopes.reduce(self) { merged, scope in
      guard let index = merged.firstIndex(where: { $0.repository == scope.repository }) else {
        return merged + [scope]
      }
      var merged = merged
      let actions = TokenScope.Action.allCases.filter {
        merged[index].actions.contains($0) || scope.actions.contains($0)
      }
      merged[index] = TokenScope(repository: scope.repository, actions: actions)
      return merged
    }
  }
}

/// What one request needs: rights on the repository it goes to first, then on others it draws from.
struct Need: Sendable {
  let location: ImageLocation
  let scopes: [TokenScope]

  static func pull(_ location: ImageLocation) -> Need {
    Need(location: location, scopes: [.pull(location.repository)])
  }

  static func delete(_ location: ImageLocation) -> Need {
    Need(location: location, scopes: [.delete(location.repository)])
  }

  static func push(_ location: ImageLocation, mountingFrom source: RepositoryName? = nil) -> Need {
    let scopes = [TokenScope.push(location.repository)] + (source.map { [.pull($0)] } ?? [])
    return Need(location: location, scopes: scopes)
  }
}
