import Vocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A repository on this machine, and the questions that can be asked of it.
struct GitRepository: Sendable {
  /// Absolute and without links, so that the directory above it is known.
  let path: String
  private let program: GitProgram
  /// Where git goes by itself for what a partial copy lacks, when this is a mirror.
  private let origin: GitRemoteAddress?

  /// - Throws: ``Unknown`` when nothing lies at `path`. Whether it is a repository, the questions
  ///   tell.
  init(
    at path: String, _ program: GitProgram, mirroring origin: GitRemoteAddress? = nil
  ) throws(Unknown) {
    guard let real = realpath(path, nil) else {
      throw Unknown(
        errno == EACCES ? .forbidden : .unreachable,
        "expected a git repository at \(path), found nothing that can be read; check the path")
    }
    defer { free(real) }
    self.path = String(cString: real)
    self.program = program
    self.origin = origin
  }

  enum Kind: String {
    case commit, tag, tree, blob
  }

  /// A branch or tag and what it points at.
  struct Reference {
    let name: String
    let object: Commit
    let kind: Kind
  }

  /// The references of exactly these full names, those that exist.
  ///
  /// An exit code of 0 proves that the repository was read, so what is not listed is not there. A
  /// reference that is there and unreadable is only warned of, and must not pass for absent.
  func references(named names: [String]) async throws(Unknown) -> [Reference] {
    let answer = try await ask(
      ["for-each-ref", "--format=%(refname) %(objectname) %(objecttype)"] + names)
    guard answer.doubts.isEmpty else {
      throw GitComplaint.local(answer, path: path, command: "git for-each-ref")
    }
    var references: [Reference] = []
    for line in answer.lines {
      let parts = line.split(separator: " ")
      guard parts.count == 3, let object = try? Commit(parsing: String(parts[1])),
        let kind = Kind(rawValue: String(parts[2]))
      else { throw unexpected("for-each-ref") }
      // A pattern also matches what lies below it.
      guard names.contains(String(parts[0])) else { continue }
      references.append(Reference(name: String(parts[0]), object: object, kind: kind))
    }
    return references
  }

  /// Those of `commits` that are not here.
  func lacking(_ commits: [Commit]) async throws(Unknown) -> [Commit] {
    let kinds = try await kinds(of: commits.map(\.text))
    var lacking: [Commit] = []
    for (commit, found) in zip(commits, kinds) {
      // In a repository of 64-digit objects, 40 digits are an abbreviation of another object.
      guard let found, found.object == commit else {
        lacking.append(commit)
        continue
      }
      guard found.kind == .commit else {
        throw Unknown(
          .unanswerable, "\(commit) is a \(found.kind.rawValue) in \(path), expected a commit")
      }
    }
    return lacking
  }

  /// What each full or abbreviated object name is here; nil for one that is proven not to be.
  func kinds(of names: [String]) async throws(Unknown) -> [(object: Commit, kind: Kind)?] {
    guard !names.isEmpty else { return [] }
    let answer = try await ask(
      ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
      input: names.map { $0 + "\n" }.joined())
    var kinds: [(Commit, Kind)?] = []
    for line in answer.lines {
      let parts = line.split(separator: " ")
      guard parts.count == 2 else { throw unexpected("cat-file") }
      if let object = try? Commit(parsing: String(parts[0])),
        let kind = Kind(rawValue: String(parts[1]))
      {
        kinds.append((object, kind))
      } else if parts[1] == "missing" {
        try proveMissing(answer)
        kinds.append(nil)
      } else {
        throw unexpected("cat-file")
      }
    }
    guard kinds.count == names.count else { throw unexpected("cat-file") }
    return kinds
  }

  /// Git says "missing" of damaged objects too, and in a partial clone of those it could not fetch;
  /// then it complains. The one complaint that is a proof is the remote's own denial.
  private func proveMissing(_ answer: GitAnswer) throws(Unknown) {
    guard answer.doubts.allSatisfy({ $0.contains("not our ref") }) else {
      guard let origin, !answer.doubts.contains(where: { $0.hasPrefix("error:") }) else {
        throw GitComplaint.local(answer, path: path, command: "git cat-file")
      }
      throw GitComplaint.remote(answer, address: origin)
    }
  }

  func isAncestor(_ base: Commit, of commit: Commit) async throws(Unknown) -> Bool {
    let answer = try await ask(
      ["merge-base", "--is-ancestor", base.text, commit.text], accepting: [0, 1])
    // A history with a hole in it also ends with 1, after an error.
    guard answer.code == 0 || answer.doubts.isEmpty else {
      throw GitComplaint.local(answer, path: path, command: "git merge-base")
    }
    return answer.code == 0
  }

  func isShallow() async throws(Unknown) -> Bool {
    let answer = try await ask(["rev-parse", "--is-shallow-repository"])
    switch answer.lines.first {
    case "true": return true
    case "false": return false
    default: throw unexpected("rev-parse")
    }
  }

  /// The plumbing command, whose output no setting of the user changes. A rename is two paths.
  func changedPaths(from base: Commit, to commit: Commit) async throws(Unknown) -> [String] {
    let answer = try await ask(
      ["diff-tree", "-r", "-z", "--name-only", "--no-renames", base.text, commit.text, "--"])
    return answer.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  /// Every object here whose name begins with `digits`.
  func objects(beginningWith digits: String) async throws(Unknown) -> [String] {
    try await ask(["rev-parse", "--disambiguate=\(digits)"]).lines.map(String.init)
  }

  /// The commit that is checked out; nil when there is none yet.
  ///
  /// Asked in two steps, because asking for the commit behind `HEAD` in one ends alike, and
  /// silently, when there is no commit yet and when it is there no more.
  func checkedOut() async throws(Unknown) -> Commit? {
    let answer = try await ask(["rev-parse", "--verify", "--quiet", "HEAD"], accepting: [0, 1])
    guard answer.code == 0 else { return nil }
    guard let line = answer.lines.first, let commit = try? Commit(parsing: String(line)) else {
      throw unexpected("rev-parse")
    }
    guard try await lacking([commit]).isEmpty else {
      throw damaged("HEAD names \(commit.short), which is not there")
    }
    return commit
  }

  /// The commit that a reference or an object leads to; nil when it leads to none.
  func peeled(_ name: String) async throws(Unknown) -> Commit? {
    let answer = try await ask(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}"],
      accepting: [0, 1])
    guard answer.code == 0 else { return nil }
    guard let line = answer.lines.first(where: { $0 != "--end-of-options" }),
      let commit = try? Commit(parsing: String(line))
    else { throw unexpected("rev-parse") }
    return commit
  }

  /// Runs git here.
  /// - Throws: ``Unknown`` for every exit code that is not an answer.
  func ask(
    _ arguments: [String], input: String = "", accepting codes: [Int32] = [0]
  ) async throws(Unknown) -> GitAnswer {
    let answer = try await run(arguments, input: input)
    guard codes.contains(answer.code) else {
      throw GitComplaint.local(answer, path: path, command: GitProgram.shown(arguments))
    }
    return answer
  }

  func run(_ arguments: [String], input: String = "") async throws(Unknown) -> GitAnswer {
    let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    return try await program.run(
      ["-C", path] + arguments, ceiling: above.isEmpty ? "/" : above, input: input)
  }

  func damaged(_ what: String) -> Unknown { GitComplaint.damaged(path, what) }

  func shallow(_ what: String) -> Unknown {
    Unknown(
      .unanswerable,
      "\(path) is a shallow clone and \(what); get the rest: git -C \(path) fetch --unshallow")
  }

  private func unexpected(_ command: String) -> Unknown {
    Unknown(.malformed, "git \(command) in \(path) printed what this pawl does not understand")
  }
}
