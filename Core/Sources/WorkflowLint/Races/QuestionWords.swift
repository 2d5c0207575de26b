/// Where the commits come from that a question about ancestry compares.
struct QuestionWords {
  /// How far a value is followed.
  private static let depthMax = 8

  private let job: Job
  /// What the script and `env` set before the question, as it is written.
  private var assigned: [String: ShellWord] = [:]
  private var texts: Values
  private var set: [String: String] = [:]

  init(_ script: Script, before offset: Int, of step: Step, in job: Job, _ file: LintedFile) {
    self.job = job
    let levels = [file.workflow.env, job.env, step.env]
    texts = Values(levels)
    for variable in levels.joined() { set[variable.name] = variable.value.value }
    for (command, scene) in script.parsed.commands where command.offset + scene.base < offset {
      texts.take(command)
      for assignment in command.assignments where !assignment.value.parts.isEmpty {
        if assignment.value.literal?.isEmpty ?? false { continue }
        assigned[assignment.name] = assignment.value
      }
    }
  }

  /// What the question compares with.
  func subject(
    of question: SimpleCommand, among promotions: [Promotion], _ production: Production
  ) -> RaceQuestion.Subject {
    guard let old = old(of: question) else { return .unsaid }
    var reading = Reading()
    read(old, &reading, depth: 0)
    if let tag = promotions.first(where: { reading.names($0) })?.tag { return .known(.tag(tag)) }
    if reading.asksFleet(production) { return .known(.fleet) }
    return reading.isSaid ? .other : .unsaid
  }

  /// The word that names the commit which is there.
  private func old(of question: SimpleCommand) -> ShellWord? {
    let words = question.unwrapped
    if let verb = words.firstIndex(where: { $0.literal == "merge-base" }) {
      return words[(verb + 1)...].first { !($0.literal ?? "").hasPrefix("-") }
    }
    guard let word = words.first(where: { $0.source.has("/compare/") }) else { return nil }
    var old = ShellWord(offset: word.offset, source: word.source)
    var isBehind = false
    for part in word.parts {
      guard case .text(let text, let isQuoted) = part else {
        if isBehind { old.parts.append(part) }
        continue
      }
      var piece = text[...]
      if !isBehind {
        guard let start = piece.firstRange(of: "/compare/") else { continue }
        isBehind = true
        piece = piece[start.upperBound...]
      }
      let dots = piece.firstRange(of: "...")?.lowerBound
      let name = String(piece[..<(dots ?? piece.endIndex)])
      if !name.isEmpty { old.parts.append(.text(name, isQuoted: isQuoted)) }
      if dots != nil { break }
    }
    return old
  }

  // MARK: Following a value to where it comes from

  private struct Reading {
    /// Every word of the commands that make the value.
    var words: [String] = []
    var requests: [String] = []
    var hasUnknown = false
    var seen: Set<String> = []

    /// Whether the script says where it comes from.
    var isSaid: Bool { !words.isEmpty || !hasUnknown }

    func names(_ promotion: Promotion) -> Bool {
      words.contains { word in
        var name = word[...]
        if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
        let reference = ImageName(String(name))
        if reference.image == promotion.image, reference.tag == promotion.tag { return true }
        let last = promotion.image.split(separator: "/").last.map(String.init) ?? ""
        return word.has("/\(last)/manifests/\(promotion.tag)")
      }
    }

    func asksFleet(_ production: Production) -> Bool {
      let places =
        ["/buildinfo", "/version", "build-id", "build_id"] + production.verify
        + production.texts(.hosts) + production.texts(.endpoints)
      return requests.contains { $0.has(anyOf: places) }
    }
  }

  private func read(_ word: ShellWord, _ reading: inout Reading, depth: Int) {
    guard depth < Self.depthMax else { return reading.hasUnknown = true }
    if let text = word.literal { reading.words.append(text) }
    for part in word.parts {
      switch part {
      case .text: break
      case .variable(let name, _, _): read(variable: name, &reading, depth)
      case .command(let list, _):
        for (command, _) in ShellScript(statements: list).commands {
          read(command, &reading, depth)
        }
      case .arithmetic: reading.hasUnknown = true
      case .expression(let text): read(expression: text, &reading, depth)
      }
    }
  }

  private func read(_ command: SimpleCommand, _ reading: inout Reading, _ depth: Int) {
    let words = command.unwrapped
    let all = words.map { texts.text(of: $0) }
    reading.words += all
    if ["curl", "wget", "http", "https", "xh", "httpie", "kubectl"].contains(command.tool) {
      reading.requests.append(all.joined(separator: " "))
    }
    for word in words + command.assignments.map(\.value) {
      for name in word.variables { read(variable: name, &reading, depth) }
      for text in word.expressions { read(expression: text, &reading, depth) }
    }
  }

  private func read(variable name: String, _ reading: inout Reading, _ depth: Int) {
    guard reading.seen.insert(name).inserted else { return }
    if let value = assigned[name] {
      read(value, &reading, depth: depth + 1)
    } else if let text = set[name] {
      let all = Interpolation.all(in: text)
      if all.isEmpty { reading.words.append(text) }
      for found in all { read(expression: found.text, &reading, depth) }
    } else {
      reading.hasUnknown = true
    }
  }

  /// An output of a step is made by the commands of that step.
  private func read(expression text: String, _ reading: inout Reading, _ depth: Int) {
    let parts = ExpressionParser.parse(text)?.path?.split(separator: ".").map(String.init) ?? []
    guard parts.count == 4, parts[0] == "steps", parts[2] == "outputs", depth < Self.depthMax,
      reading.seen.insert(text).inserted,
      let step = job.steps.first(where: { $0.id?.lowercased() == parts[1] }),
      let script = step.run, script.shell != .other
    else { return reading.hasUnknown = true }
    for (command, _) in script.parsed.commands { read(command, &reading, depth + 1) }
  }
}
