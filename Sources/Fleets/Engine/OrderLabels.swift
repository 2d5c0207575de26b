import Vocabulary

/// What is written on everything that an order made on an engine: who it is for, and which decision.
///
/// These labels are the memory of the drivers for engines. They are made together with what they are on,
/// and nothing moves without them, so the highest of them is the highest token obeyed.
struct OrderLabels: Hashable, Sendable {
  let tenant: TenantSlug
  let token: FencingToken
  let digest: Digest
  let commit: Commit
  let effect: EffectID

  enum Key {
    static let tenant = "pawl.tenant"
    static let token = "pawl.token"
    static let digest = "pawl.digest"
    static let commit = "pawl.commit"
    static let effect = "pawl.effect"
    /// The container or service that it is, or was to become.
    static let name = "pawl.name"
    static let all = [tenant, token, digest, commit, effect, name]
  }

  init(_ order: Redeploy, token: FencingToken, effect: EffectID) {
    tenant = order.tenant.slug
    self.token = token
    digest = order.digest
    commit = order.commit
    self.effect = effect
  }

  /// Nil where no order was ever obeyed.
  /// - Throws: when there are labels of ours that cannot be read: taking them for none would forget the
  ///   highest token, and with it what keeps an older order out.
  init?(_ labels: [String: String], of name: String) throws(Unknown) {
    guard let token = labels[Key.token] else { return nil }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map { UInt64($0) }
    do throws(Malformed) {
      guard parts.count == 2, let generation = parts[0], let epoch = parts[1],
        let effect = UInt64(labels[Key.effect] ?? "")
      else {
        throw Malformed(noun: "label", expected: "a token and an effect", found: token)
      }
      self.token = FencingToken(generation: Generation(generation), epoch: Epoch(epoch))
      self.effect = EffectID(effect)
      tenant = try TenantSlug(parsing: labels[Key.tenant] ?? "")
      digest = try Digest(parsing: labels[Key.digest] ?? "")
      commit = try Commit(parsing: labels[Key.commit] ?? "")
    } catch {
      throw Unknown(
        .malformed,
        "expected the labels pawl.* of \(name) as pawl writes them, found others: "
          + "make it anew without them to begin anew")
    }
  }

  /// What speaks against a tenant that says it serves what was ordered: `place` runs another image than the
  /// ordered one. Somebody made it anew and copied what was written on it, as programs do that update
  /// containers by themselves.
  ///
  /// Orders are carried out by digest. One that runs whatever a tag says was made anew, too, and of what
  /// nobody knows.
  func contradiction(of said: Commit, _ place: String, running image: Digest?) -> Observation? {
    guard said == commit, image != digest else { return nil }
    guard let image else {
      let why = "\(place) was to run \(digest.short), and was made anew by a tag: redeploy it"
      return .unconfirmed(said, Unknown(.unanswerable, why))
    }
    return .contradicted("\(place) was to run \(digest.short), and runs \(image.short)")
  }

  func fields(name: String) -> [String: String] {
    [
      Key.tenant: tenant.text, Key.token: "\(token)", Key.digest: digest.text,
      Key.commit: commit.text, Key.effect: "\(effect.number)", Key.name: name,
    ]
  }

  /// Whether it is the decision of `order`, whoever led when it was carried out.
  func isDecision(of order: Redeploy, _ token: FencingToken) -> Bool {
    self.token.generation == token.generation && digest == order.digest
  }
}
