public import Vocabulary

/// The files of a repository at another revision, and what has changed since, for tools that compare.
public struct RevisionFiles: Sendable {
  /// One file of a change.
  public struct Change: Hashable, Sendable {
    public enum Status: Sendable {
      case added
      case modified
      case removed
    }

    public let path: String
    public let status: Status
    /// Number in the new file, and text.
    public let added: [(number: Int, text: String)]

    public static func == (left: Change, right: Change) -> Bool {
      left.path == right.path && left.status == right.status
        && left.added.elementsEqual(right.added, by: ==)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(path) }
  }

  private let git: GitProgram
  private let revision: String
  /// The commit that the change starts from: where its branch left the revision.
  private let base: String

  /// - Parameter revision: As git understands it. All zeros, as forges send for a new branch, are compared
  ///   with the empty tree, so that everything counts as new.
  /// - Throws: When git does not answer, and when the revision, or where its branch left this one, is not in
  ///   this clone: a shallow one has neither.
  public init(revision: String) async throws(Unknown) {
    git = GitProgram(executable: "git", timeLimit: .seconds(60))
    self.revision = revision
    guard !revision.allSatisfy({ $0 == "0" }) else {
      base = Self.emptyTree
      return
    }
    guard !revision.hasPrefix("-"),
      let known = try await Self.commit(git, ["merge-base", revision, "HEAD"])
    else {
      throw Unknown(
        .unanswerable,
        "expected a revision that shares history with HEAD, found none in this clone: fetch it, with the "
          + "commits between, or name another")
    }
    base = known
  }

  /// Whether there was nothing before.
  public var isNew: Bool { base == Self.emptyTree }

  // The object id of a tree without entries, the same in every SHA-1 repository.
  private static let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

  private static func commit(
    _ git: GitProgram, _ arguments: [String]
  ) async throws(Unknown) -> String? {
    let answer = try await git.run(arguments)
    guard answer.code == 0 else { return nil }
    let text = String(decoding: answer.output, as: UTF8.self)
    return text.split(separator: "\n").first.map(String.init)
  }

  /// The text of every file under `folders` at the base, by path.
  public func texts(under folders: [String]) async throws(Unknown) -> [(
    path: String, bytes: [UInt8]
  )] {
    let listing = try await answer(["ls-tree", "-r", "-z", "--name-only", base, "--"] + folders)
    var texts: [(path: String, bytes: [UInt8])] = []
    for name in listing.split(separator: 0) {
      let path = String(decoding: name, as: UTF8.self)
      texts.append((path, try await answer(["cat-file", "blob", "\(base):\(path)"])))
    }
    return texts
  }

  /// What has changed since, the work tree included.
  public func changes() async throws(Unknown) -> [Change] {
    let text = try await answer([
      "diff", "--no-color", "--no-ext-diff", "--no-renames", "--unified=0", "--src-prefix=a/",
      "--dst-prefix=b/", base,
    ])
    var reading = DiffReading()
    for line in String(decoding: text, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      reading.take(line)
    }
    return reading.conclude()
  }

  private func answer(_ arguments: [String]) async throws(Unknown) -> [UInt8] {
    let answer = try await git.run(arguments)
    guard answer.code == 0 else {
      let why = answer.complaint.split(separator: "\n").first.map(String.init) ?? "it said nothing"
      throw Unknown(.serverError, "\(GitProgram.shown(arguments)) failed: \(why)")
    }
    return answer.output
  }
}

/// Reads `git diff --unified=0`.
private struct DiffReading {
  private var changes: [RevisionFiles.Change] = []
  private var path: String?
  private var status = RevisionFiles.Change.Status.modified
  private var added: [(number: Int, text: String)] = []
  private var number = 0
  private var isBody = false

  mutating func take(_ line: Substring) {
    if line.hasPrefix("diff --git ") {
      close()
      isBody = false
    } else if !isBody, line.hasPrefix("new file") {
      status = .added
    } else if !isBody, line.hasPrefix("deleted file") {
      status = .removed
    } else if !isBody, line.hasPrefix("--- a/") {
      path = String(line.dropFirst(6))
    } else if !isBody, line.hasPrefix("+++ b/") {
      path = String(line.dropFirst(6))
    } else if line.hasPrefix("@@ ") {
      isBody = true
      // `@@ -12,0 +13,2 @@`
      let new = line.split(separator: " ").first { $0.hasPrefix("+") }?.dropFirst() ?? ""
      number = Int(new.prefix { $0 != "," }) ?? 0
    } else if isBody, line.hasPrefix("+") {
      added.append((number, String(line.dropFirst())))
      number += 1
    }
  }

  private mutating func close() {
    if let path { changes.append(.init(path: path, status: status, added: added)) }
    (path, status, added, number) = (nil, .modified, [], 0)
  }

  mutating func conclude() -> [RevisionFiles.Change] {
    close()
    return changes
  }
}
