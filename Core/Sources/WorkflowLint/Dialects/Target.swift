/// The server that is to run a workflow: `gitea=1.22.6`, `forgejo`, `github`.
public struct Target: Hashable, Sendable, CustomStringConvertible {
  public enum Forge: String, Sendable, CaseIterable {
    case gitea
    case forgejo
    case github

    /// The folders it reads workflows from; the first that exists, alone.
    var folders: [String] {
      switch self {
      case .gitea: [".gitea/workflows", ".github/workflows"]
      case .forgejo: [".forgejo/workflows", ".gitea/workflows", ".github/workflows"]
      case .github: [".github/workflows"]
      }
    }
  }

  public let forge: Forge
  /// Nil for a server without versions that matter here, and for the newest that is known.
  public let version: ServerVersion?

  public init(_ forge: Forge, _ version: ServerVersion? = nil) {
    self.forge = forge
    self.version = version
  }

  /// - Returns: nil when `text` names no server.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, let forge = Forge(rawValue: String(name)) else { return nil }
    guard parts.count == 2 else {
      self.init(forge)
      return
    }
    guard let version = ServerVersion(parts[1]) else { return nil }
    self.init(forge, version)
  }

  /// What is to be said of a version that nothing here is known of; nil for the others.
  public var doubt: String? {
    let known: (first: ServerVersion, last: ServerVersion)? =
      switch forge {
      case .gitea: (ServerVersion(1, 19), ServerVersion(1, 28))
      case .forgejo, .github: nil
      }
    guard let version, let known, version < known.first || !(version < known.last) else {
      return nil
    }
    return
      "\(self): what is known of Gitea is of 1.19 to 1.27; other versions are taken for the nearest"
  }

  public var description: String {
    version.map { "\(forge.rawValue)=\($0)" } ?? forge.rawValue
  }

  /// For a sentence: `Gitea 1.22.6`.
  var name: String {
    let forge =
      switch forge {
      case .gitea: "Gitea"
      case .forgejo: "Forgejo"
      case .github: "GitHub"
      }
    return version.map { "\(forge) \($0)" } ?? forge
  }
}

/// `1.22.6`; a part that is left out is the first of its line.
public struct ServerVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  let parts: [Int]

  init?(_ text: some StringProtocol) {
    // `1.27.0-rc0` counts as the release it is a candidate of.
    let number = text.prefix { $0 != "-" && $0 != "+" }
    let words = number.split(separator: ".", omittingEmptySubsequences: false)
    let parts = words.compactMap { Int($0) }
    guard !parts.isEmpty, parts.count == words.count, parts.count <= 3,
      parts.allSatisfy({ (0..<10_000).contains($0) })
    else { return nil }
    self.parts = parts
  }

  init(_ major: Int, _ minor: Int, _ patch: Int = 0) { parts = [major, minor, patch] }

  public static func < (left: ServerVersion, right: ServerVersion) -> Bool {
    for place in 0..<3 {
      let (one, other) = (left.part(place), right.part(place))
      if one != other { return one < other }
    }
    return false
  }

  public static func == (left: ServerVersion, right: ServerVersion) -> Bool {
    !(left < right) && !(right < left)
  }

  public func hash(into hasher: inout Hasher) {
    for place in 0..<3 { hasher.combine(part(place)) }
  }

  public var description: String { parts.map(String.init).joined(separator: ".") }

  private func part(_ index: Int) -> Int { parts.indices.contains(index) ? parts[index] : 0 }
}

extension [Target] {
  /// `Gitea 1.22.6`, `Gitea 1.22.6 and Forgejo`.
  var names: String { listed(map(\.name)) }
}
