import Vocabulary

/// An order to move tenants, checked: whatever is in it can be done.
struct RedeployOrder: Hashable, Sendable {
  /// What is to run.
  enum Version: Hashable, Sendable {
    /// The newest release that was proven on the whole fleet.
    case newestProven
    /// The image this tag shows when the order is taken.
    case tag(TagName)
    case image(Digest, Commit)
  }

  enum Scope: Hashable, Sendable {
    /// Every tenant; somebody has confirmed that.
    case everybody
    /// These, in this order; never none.
    case only([TenantSlug])
  }

  /// The longest that a soak or a tenant's coming up may take.
  static let secondsMax: Int64 = 24 * 60 * 60
  static let countMax = 1_000
  /// How long a tenant may take to be proven where the order does not say.
  static let settleDefault = TimeSpan.seconds(90)

  let version: Version
  let scope: Scope
  let token: FencingToken?
  let manner: Redeploy.Manner
  let isDryRun: Bool
  var canary: TenantSlug?
  var soak = TimeSpan.zero
  var batch = 1
  var stragglersMax = 0
  /// How long a tenant may take to be proven; zero does not wait for it.
  let settle: TimeSpan

  /// An order to the fleet.
  init(fleet body: RedeployBody) throws(Refusal) {
    try self.init(body, scope: try Self.scope(of: body))
    // Callers of other control planes say with an empty one that they want none.
    canary = try body.canarySlug.flatMap { text throws(Refusal) in
      text.isEmpty ? nil : try Self.word(text, .canarySlug, as: TenantSlug.self)
    }
    soak = .seconds(try Self.number(body.soakSeconds, .soakSeconds, in: 0...Self.secondsMax, 0))
    batch = try Self.number(body.batchSize, .batchSize, in: 1...Self.countMax, 1)
    stragglersMax = try Self.number(body.maxStragglers, .maxStragglers, in: 0...Self.countMax, 0)
  }

  /// An order to one tenant.
  init(tenant: TenantSlug, _ body: RedeployBody) throws(Refusal) {
    let values: [Any?] = [
      body.canarySlug, body.soakSeconds, body.batchSize, body.maxStragglers, body.onlySlugs,
    ]
    for (field, value) in zip(RedeployBody.Field.ofFleets, values) where value != nil {
      throw Refusal(
        400, "'\(field.rawValue)' has no meaning in an order to one tenant: leave it out")
    }
    try self.init(body, scope: .only([tenant]))
  }

  private init(_ body: RedeployBody, scope: Scope) throws(Refusal) {
    version = try Self.version(of: body)
    self.scope = scope
    token = try Self.token(body.fencingToken)
    guard let manner = Redeploy.Manner(wire: body.manner ?? "restart") else {
      throw Refusal(400, "'manner': expected restart or keep_if_running, found something else")
    }
    self.manner = manner
    isDryRun = body.dryRun ?? false
    settle = .seconds(
      try Self.number(
        body.settleSeconds, .settleSeconds, in: 0...Self.secondsMax,
        Self.settleDefault.milliseconds / 1_000))
  }

  private static func scope(of body: RedeployBody) throws(Refusal) -> Scope {
    guard let only = body.onlySlugs else {
      guard body.confirm == true else {
        throw Refusal(
          400, "this would concern every tenant: name some in 'only_slugs', or send 'confirm': true"
        )
      }
      return .everybody
    }
    guard !only.isEmpty else {
      throw Refusal(400, "'only_slugs' is empty: name tenants, or leave it out to mean everybody")
    }
    var slugs: [TenantSlug] = []
    for text in only {
      let slug = try word(text, .onlySlugs, as: TenantSlug.self)
      guard !slugs.contains(slug) else {
        throw Refusal(400, "'only_slugs' names \(slug) twice")
      }
      slugs.append(slug)
    }
    return .only(slugs)
  }

  private static func version(of body: RedeployBody) throws(Refusal) -> Version {
    let tag = try body.targetTag.map { text throws(Refusal) in
      try word(text, .targetTag, as: TagName.self)
    }
    guard let digest = body.targetDigest else {
      guard body.gitSHA == nil else {
        throw Refusal(
          400, "'git_sha' says what an image is built from: send 'target_digest' with it")
      }
      return tag.map(Version.tag) ?? .newestProven
    }
    guard tag == nil else {
      throw Refusal(400, "'target_tag' and 'target_digest' both say what to run: send one of them")
    }
    guard let sha = body.gitSHA else {
      throw Refusal(
        400, "'target_digest' needs 'git_sha': without it nobody can tell whether a tenant runs it")
    }
    return .image(
      try word(digest, .targetDigest, as: Digest.self), try word(sha, .gitSHA, as: Commit.self))
  }

  private static func token(_ text: String?) throws(Refusal) -> FencingToken? {
    guard let text else { return nil }
    guard let token = FencingToken(wire: text) else {
      throw Refusal(
        400,
        "'fencing_token': expected generation.epoch such as 12.3, each of at most 18 digits, "
          + "found something else")
    }
    return token
  }

  private static func word<Word: ParsedText>(
    _ text: String, _ field: RedeployBody.Field, as type: Word.Type
  ) throws(Refusal) -> Word {
    do throws(Malformed) {
      return try Word(parsing: text)
    } catch {
      throw Refusal(400, "'\(field.rawValue)' is \(error)")
    }
  }

  private static func number<Number: FixedWidthInteger>(
    _ number: Number?, _ field: RedeployBody.Field, in range: ClosedRange<Number>,
    _ otherwise: Number
  ) throws(Refusal) -> Number {
    guard let number else { return otherwise }
    guard range.contains(number) else {
      throw Refusal(
        400,
        "'\(field.rawValue)': expected \(range.lowerBound) to \(range.upperBound), found \(number)")
    }
    return number
  }
}

extension FencingToken {
  private static let wireDigitsMax = 18

  /// `12.3`, as it travels: two numbers of at most 18 digits.
  init?(wire text: String) {
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy({ $0.utf8.count <= Self.wireDigitsMax }),
      let generation = UInt64(words[0]), let epoch = UInt64(words[1]),
      "\(generation).\(epoch)" == text
    else { return nil }
    self.init(generation: Generation(generation), epoch: Epoch(epoch))
  }
}

extension Redeploy.Manner {
  init?(wire text: String) {
    switch text {
    case "restart": self = .restart
    case "keep_if_running": self = .keepIfRunning
    default: return nil
    }
  }
}
