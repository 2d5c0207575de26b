import Control
import Foundation
import Vocabulary

/// The bare repository of pawl's own through which it reads and writes a journal's reference.
///
/// Objects in it are shared by every process of this machine, which git allows; references are of
/// one process each, so that no two ever wait for each other's locks, or for those of a dead one.
struct GitObjects: Sendable {
  let place: GitJournalPlace
  let nonce: String
  let refusal: GitRefusal
  let run: GitRun
  let timeLimit: TimeSpan
  private let pause = BlockingPause()

  /// How often reading from the remote is tried.
  private static let readsMax = 4
  private static let file = "entry.json"

  /// - Parameter timeLimit: of one command of git.
  init(
    _ place: GitJournalPlace, nonce: String, timeLimit: TimeSpan
  ) throws(JournalFailure) {
    self.place = place
    self.nonce = nonce
    refusal = GitRefusal(place: place)
    self.timeLimit = timeLimit
    run = GitRun(directory: place.cache, timeLimit: timeLimit)
    try make(timeLimit)
  }

  var own: String { "refs/pawl/\(nonce)" }
  private var journal: String { own + "/journal" }

  private func make(_ timeLimit: TimeSpan) throws(JournalFailure) {
    guard !FileManager.default.fileExists(atPath: place.cache + "/HEAD") else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: place.cache, withIntermediateDirectories: true)
    } catch {
      throw .unavailable(
        path: place.cache, detail: "the folder of pawl's own copy of the journal cannot be made")
    }
    let root = GitRun(directory: "/", timeLimit: timeLimit)
    let listed = try remotely("read", on: root, ["ls-remote", "--quiet", "--", place.remote])
    let format = (listed.lines.first?.prefix { $0 != "\t" }.count == 64) ? "sha256" : "sha1"
    // Making one that is there already, by another process at this moment, is harmless.
    try locally(["init", "--quiet", "--bare", "--object-format=\(format)"])
  }

  /// Where the journal, its lease and its snapshot are; nil when there are none.
  struct Tips {
    let journal: String?
    let lease: String?
    let snapshot: String?
  }

  func tips() throws(JournalFailure) -> Tips {
    let answer = try remotely(
      "read",
      ["ls-remote", "--quiet", "--", place.remote, place.reference, place.lease, place.snapshot])
    func object(_ reference: String) -> String? {
      answer.lines.first { $0.hasSuffix("\t" + reference) }.map { String($0.prefix { $0 != "\t" }) }
    }
    return Tips(
      journal: object(place.reference), lease: object(place.lease),
      snapshot: object(place.snapshot))
  }

  /// One entry's commit and the one before it.
  struct Step {
    let commit: String
    let parent: String?
  }

  /// How much of the history is asked for.
  enum Extent {
    /// What is not here yet.
    case new
    /// Nothing but the newest commit.
    case newest
    /// On a machine that has nothing: from the entry on that the snapshot stands on.
    case fromSnapshot
    case everything
  }

  /// Fetches the journal and lists its commits behind `known`, oldest first.
  /// - Returns: nil when the journal does not lead through `known` any more.
  func fetch(after known: String?, _ extent: Extent = .new) throws(JournalFailure) -> [Step]? {
    try fetch("+\(place.reference):\(journal)", extent)
    let listed = try locally(
      ["rev-list", "--reverse", "--first-parent", "--parents", journal]
        + (known.map { ["^" + $0] } ?? []))
    var steps: [Step] = []
    // A history that begins behind what was fetched begins here with a commit without a parent.
    for line in listed.lines {
      let names = line.split(separator: " ").map(String.init)
      guard names.count <= 2 else { throw foreign("a merge") }
      steps.append(Step(commit: names[0], parent: names.dropFirst().first))
    }
    guard let known else {
      guard !steps.isEmpty else { throw foreign("something that is no commit and") }
      return steps
    }
    if let first = steps.first { return first.parent == known ? steps : nil }
    return try locally(["rev-parse", "--verify", journal]).lines.first == known[...] ? [] : nil
  }

  /// Fetches what `specification` of a reference says.
  func fetch(_ specification: String, _ extent: Extent) throws(JournalFailure) {
    let depth: [String] =
      switch extent {
      case .new: []
      case .newest: ["--depth=1"]
      case .fromSnapshot: ["--shallow-exclude=\(place.snapshot)"]
      case .everything: try isShallow() ? ["--unshallow"] : []
      }
    _ = try remotely(
      "read",
      ["fetch", "--quiet"] + depth + [
        "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
        "--no-show-forced-updates", "--refmap=", "--end-of-options", place.remote, specification,
      ])
  }

  private func isShallow() throws(JournalFailure) -> Bool {
    try locally(["rev-parse", "--is-shallow-repository"]).lines.first == "true"
  }

  /// Whether this machine has nothing of the journal yet.
  func isFresh() throws(JournalFailure) -> Bool {
    try locally(["rev-parse", "--verify", "--quiet", kept], accepting: [0, 1]).code == 1
  }

  /// What `commits` carry: rows, and before them, in a journal that was begun behind one, a snapshot.
  func rows(
    of commits: [String]
  ) throws(JournalFailure) -> (base: StoredSnapshot?, rows: [StoredRow]) {
    guard !commits.isEmpty else { return (nil, []) }
    let answer = try locally(
      ["cat-file", "--batch"],
      input: commits.map { "\($0):\(Self.file)\n" }.joined())
    var rows: [StoredRow] = []
    var base: StoredSnapshot?
    var rest = answer.output[...]
    for (number, commit) in commits.enumerated() {
      guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw foreign("nothing") }
      let header = String(decoding: rest[..<newline], as: UTF8.self).split(separator: " ")
      rest = rest[(newline + 1)...]
      if number == 0, header.last == "missing", let found = try snapshot(in: commit) {
        base = found
        continue
      }
      guard header.count == 3, header[1] == "blob", let size = Int(header[2]), size <= rest.count
      else { throw foreign("a commit without \(Self.file)") }
      guard let row = EntryLine(rest.prefix(size))?.row else { throw foreign("another file") }
      rows.append(row)
      rest = rest.dropFirst(size + 1)
    }
    return (base, rows)
  }

  /// Makes a commit of each row, the first behind `parent`.
  func commit(_ rows: [StoredRow], after parent: String?) throws(JournalFailure) -> [String] {
    let committer = try committer()
    var stream: [UInt8] = []
    for (number, row) in rows.enumerated() {
      guard let line = EntryLine(row) else { throw refusal.failed("an entry is not UTF-8") }
      let text = ChangeLogMessage.text(of: row, writer: nonce)
      let seconds = row.at.milliseconds / 1_000
      let before = number == 0 ? parent : ":\(number)"
      stream +=
        """
        commit \(own)/draft
        mark :\(number + 1)
        author \(Self.name(text.author)) <\(committer.address)> \(seconds) +0000
        committer \(committer.name) <\(committer.address)> \(seconds) +0000
        data \(text.message.utf8.count)
        \(text.message)

        """.utf8
      if let before { stream += "from \(before)\n".utf8 }
      let bytes = line.bytes
      stream += "M 100644 inline \(Self.file)\ndata \(bytes.count)\n".utf8
      stream += bytes
      stream += "\n".utf8
    }
    for number in 1...rows.count { stream += "get-mark :\(number)\n".utf8 }
    stream += "done\n".utf8
    let answer = try locally(
      ["fast-import", "--quiet", "--force", "--done", "--date-format=raw"], bytes: stream)
    let commits = answer.lines.map(String.init)
    guard commits.count == rows.count else { throw refusal.local(answer, "fast-import") }
    return try committer.signs ? sign(commits, after: parent) : commits
  }

  /// The same commits with a signature each.
  private func sign(_ commits: [String], after parent: String?) throws(JournalFailure) -> [String] {
    var signed: [String] = []
    for commit in commits {
      let text = try locally(["cat-file", "commit", commit])
      guard let headerEnd = text.output.firstRange(of: [10, 10]) else {
        throw refusal.local(text, "cat-file")
      }
      let header = String(decoding: text.output[..<headerEnd.lowerBound], as: UTF8.self)
      var environment: [String: String] = [:]
      for line in header.split(separator: "\n") {
        for (role, prefix) in [("author", "GIT_AUTHOR"), ("committer", "GIT_COMMITTER")]
        where line.hasPrefix(role + " ") {
          let value = line.dropFirst(role.count + 1)
          let parts = value.split(separator: "<", maxSplits: 1)
          let ends = parts[1].split(separator: ">", maxSplits: 1)
          environment[prefix + "_NAME"] = String(parts[0].dropLast())
          environment[prefix + "_EMAIL"] = String(ends[0])
          // With the sign, git takes a small number for what it is, too.
          environment[prefix + "_DATE"] = "@" + ends[1].dropFirst()
        }
      }
      let before = signed.last ?? parent
      let answer = try locally(
        ["commit-tree", "-S", "\(commit)^{tree}", "-F", "-"]
          + (before.map { ["-p", $0] } ?? []),
        bytes: Array(text.output[headerEnd.upperBound...]), environment: environment)
      guard let name = answer.lines.first else { throw refusal.local(answer, "commit-tree") }
      signed.append(String(name))
    }
    return signed
  }

  private static func name(_ text: String) -> String {
    String(text.map { "<>\n".contains($0) ? " " : $0 })
  }

  /// Whom git names, as it is configured here, and whether commits are signed.
  func committer() throws(JournalFailure) -> (name: String, address: String, signs: Bool) {
    let answer = try locally(
      ["config", "--get-regexp", "^(user\\.(name|email)|commit\\.gpgsign)$"], accepting: [0, 1])
    func value(_ key: String) -> String? {
      answer.lines.last { $0.hasPrefix(key + " ") }.map { String($0.dropFirst(key.count + 1)) }
    }
    return (
      Self.name(value("user.name") ?? "pawl"), Self.name(value("user.email") ?? "pawl@localhost"),
      ["true", "yes", "on", "1"].contains(value("commit.gpgsign") ?? "")
    )
  }

  // MARK: The lease

  /// A commit that carries only a message.
  func note(_ text: String, at now: Timestamp) throws(JournalFailure) -> String {
    let committer = try committer()
    let stream = """
      commit \(own)/note
      mark :1
      committer \(committer.name) <\(committer.address)> \(now.milliseconds / 1_000) +0000
      data \(text.utf8.count)
      \(text)

      get-mark :1
      done

      """
    let answer = try locally(
      ["fast-import", "--quiet", "--force", "--done"], input: stream)
    guard let name = answer.lines.first else { throw refusal.local(answer, "fast-import") }
    return String(name)
  }

  /// The message that the lease's commit carries.
  func fetchNote(_ commit: String) throws(JournalFailure) -> String? {
    try fetch("+\(place.lease):\(own)/lease", .new)
    let answer = try locally(["cat-file", "commit", commit], accepting: [0, 128])
    guard answer.code == 0, let end = answer.output.firstRange(of: [10, 10]) else { return nil }
    return String(decoding: answer.output[end.upperBound...], as: UTF8.self)
  }

  // MARK: Memory

  private var memoryPath: String { place.cache + "/pawl-seen-" + placeName }

  private var placeName: String {
    let name = "\(place.remote) \(place.reference)".utf8.reduce(
      into: UInt64(14_695_981_039_346_656_037)
    ) {
      $0 = ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    return String(name, radix: 16)
  }

  /// Where this place's journal ended when this machine last looked; nil when it never did.
  func memory() -> GitMemory? {
    guard let data = FileManager.default.contents(atPath: memoryPath) else { return nil }
    return try? JSONDecoder().decode(GitMemory.self, from: data)
  }

  /// Noted for the next process; without it, only less is noticed.
  func remember(_ memory: GitMemory) {
    try? JSONEncoder().encode(memory).write(to: URL(fileURLWithPath: memoryPath), options: .atomic)
  }

  /// Keeps what was read for the next process, which then fetches only what is new; and lets git tidy up
  /// when there is much that nothing points at. Best effort: without it, only more is fetched.
  func keep(_ commit: String) {
    _ = try? locally(["update-ref", kept, commit])
    _ = try? locally(["-c", "gc.auto=5000", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet"])
  }

  // MARK: Running

  private var kept: String { "refs/kept/" + placeName }

  /// Forgets this process's references. What they point at is of use to the next.
  func close() { try? FileManager.default.removeItem(atPath: place.cache + "/" + own) }

  private func foreign(_ found: String) -> JournalFailure {
    refusal.failed(
      "expected a pawl journal at \(place.reference), found \(found) that pawl did not write; "
        + "give the journal a reference of its own")
  }

  @discardableResult
  func locally(
    _ arguments: [String], input: String = "", accepting codes: [Int32] = [0]
  ) throws(JournalFailure) -> GitRun.Answer {
    try locally(arguments, bytes: Array(input.utf8), accepting: codes)
  }

  func locally(
    _ arguments: [String], bytes: [UInt8], accepting codes: [Int32] = [0],
    environment: [String: String] = [:]
  ) throws(JournalFailure) -> GitRun.Answer {
    let answer: GitRun.Answer
    do throws(GitRun.Ending) {
      answer = try run(arguments, input: bytes, environment: environment)
    } catch {
      throw refusal.failure(error)
    }
    guard codes.contains(answer.code) else { throw refusal.local(answer, arguments[0]) }
    return answer
  }

  private func remotely(
    _ what: String, on run: GitRun? = nil, _ arguments: [String]
  ) throws(JournalFailure) -> GitRun.Answer {
    var last = JournalFailure.busy(path: place.description)
    for attempt in 1...Self.readsMax {
      switch Result(catching: { () throws(GitRun.Ending) in try (run ?? self.run)(arguments) }) {
      case .success(let answer) where answer.code == 0: return answer
      case .success(let answer):
        let (mayPass, failure) = refusal.reason(answer, doing: what)
        guard mayPass else { throw failure }
        last = failure
      case .failure(let ending): last = refusal.failure(ending)
      }
      if attempt < Self.readsMax { pause.before(attempt: attempt) }
    }
    throw last
  }
}

/// Where a journal ended once.
struct GitMemory: Codable {
  let commit: String
  let position: Position
}
