import Foundation
import Vocabulary

/// A bare copy of a remote repository's branches and tags, for this forge alone.
///
/// Files' contents are left out where the remote can do that: ancestry and changed paths need none.
struct GitMirror: Sendable {
  private let address: GitRemoteAddress
  private let directory: String
  private let program: GitProgram
  private let turnstile = Turnstile()

  /// Written into the mirror when it is made. Fetching overwrites every branch, so it is done only
  /// where this stands, never in somebody's own repository.
  private static let mark = "pawl.mirror"

  init(of address: GitRemoteAddress, at directory: String, _ program: GitProgram) {
    self.address = address
    let isAbsolute = directory.hasPrefix("/")
    self.directory =
      isAbsolute ? directory : FileManager.default.currentDirectoryPath + "/" + directory
    self.program = program
  }

  /// The mirror, brought up to date; nil when the remote proves to be empty.
  func refreshed() async throws(Unknown) -> GitRepository? {
    try await alone { () async throws(Unknown) -> GitRepository? in
      guard let repository = try await made() else { return nil }
      try await fetch(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], into: repository)
      return repository
    }
  }

  /// The mirror when it holds all of `commits`, brought up to date only if it does not at first;
  /// nil when the remote proves that it lacks one.
  func holding(_ commits: [Commit]) async throws(Unknown) -> GitRepository? {
    if let repository = try await existing(), try await repository.lacking(commits).isEmpty {
      return repository
    }
    guard let repository = try await refreshed() else { return nil }
    for commit in try await repository.lacking(commits) {
      // It may still be there, on no branch and no tag: what a force-push left behind is.
      guard
        try await alone({ () async throws(Unknown) in try await found(commit, for: repository) })
      else { return nil }
    }
    return repository
  }

  /// Fetches one commit by name; false when the remote denies having it.
  private func found(_ commit: Commit, for repository: GitRepository) async throws(Unknown) -> Bool
  {
    let answer = try await repository.run(Self.fetch([commit.text]))
    if answer.code == 0 { return try await repository.lacking([commit]).isEmpty }
    guard answer.complaint.contains("not our ref") else {
      throw GitComplaint.remote(answer, address: address)
    }
    return false
  }

  private func fetch(_ references: [String], into repository: GitRepository) async throws(Unknown) {
    let answer = try await repository.run(Self.fetch(references))
    guard answer.code == 0 else { throw GitComplaint.remote(answer, address: address) }
  }

  private static func fetch(_ references: [String]) -> [String] {
    [
      "fetch", "--quiet", "--prune", "--no-tags", "--atomic", "--no-write-fetch-head",
      "--no-recurse-submodules", "--no-show-forced-updates", "--filter=blob:none",
      "--end-of-options", "origin",
    ] + references
  }

  /// The mirror when it is there and ours.
  private func existing() async throws(Unknown) -> GitRepository? {
    guard FileManager.default.fileExists(atPath: directory), try !isEmpty() else { return nil }
    let repository = try GitRepository(at: directory, program, mirroring: address)
    let answer = try await repository.run(["config", "--local", "--get", Self.mark])
    guard answer.code == 0, answer.lines.first.map(String.init) == address.text else {
      throw Unknown(
        .unanswerable,
        "expected the mirror of \(address) at \(directory), found something else; "
          + "give a directory that does not exist yet")
    }
    return repository
  }

  /// The mirror, made when it is missing; nil when the remote is empty, so that it cannot be known
  /// which object format to make it in.
  private func made() async throws(Unknown) -> GitRepository? {
    if let repository = try await existing() { return repository }
    guard let format = try await objectFormat() else { return nil }
    let draft = "\(directory).new-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: draft) }
    try await prepare([
      "-C", "/", "init", "--quiet", "--bare", "--object-format=\(format)", "--", draft,
    ])
    try await prepare(["-C", draft, "config", "remote.origin.url", address.text])
    try await prepare(["-C", draft, "config", Self.mark, address.text])
    // Complete before it has its name; when another process was first, its mirror stays.
    if rename(draft, directory) != 0, errno != EEXIST, errno != ENOTEMPTY {
      throw Unknown(.forbidden, "the mirror cannot be made at \(directory); check the permissions")
    }
    return try await existing()
  }

  private func prepare(_ arguments: [String]) async throws(Unknown) {
    guard try await program.run(arguments).code == 0 else {
      throw Unknown(.forbidden, "the mirror cannot be made at \(directory); check the permissions")
    }
  }

  /// `sha1` or `sha256`, by the length of the names the remote lists; nil when it lists none.
  private func objectFormat() async throws(Unknown) -> String? {
    let answer = try await program.run([
      "-C", "/", "ls-remote", "--quiet", "--heads", "--tags", "--", address.text,
    ])
    guard answer.code == 0 else { throw GitComplaint.remote(answer, address: address) }
    guard let line = answer.lines.first else { return nil }
    return line.prefix { $0 != "\t" }.count == 64 ? "sha256" : "sha1"
  }

  private func isEmpty() throws(Unknown) -> Bool {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty
    } catch {
      throw Unknown(.forbidden, "the mirror at \(directory) cannot be read; check the permissions")
    }
  }

  /// Two fetches into one mirror take each other's locks, so they go one after the other.
  private func alone<Result: Sendable>(
    _ work: () async throws(Unknown) -> Result
  ) async throws(Unknown) -> Result {
    await turnstile.enter()
    do throws(Unknown) {
      let result = try await work()
      await turnstile.leave()
      return result
    } catch {
      await turnstile.leave()
      throw error
    }
  }
}

/// Lets one through at a time, in the order they came.
private actor Turnstile {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
