import Synchronization
import Transport
import Vocabulary

/// Signs in to one registry: learns from its first refusal what it wants, and has tokens made, once for
/// everybody who needs the same.
final class SignIn: Sendable {
  /// What the registry wants to see.
  private enum Scheme: Hashable, Sendable {
    /// Nobody has asked it yet.
    case unasked
    /// Nothing so far.
    case open
    case basic
    case bearer(TokenService)
  }

  /// What one try is sent with.
  private struct Ticket: Sendable {
    var authorization: Secret<String>?
    var credential: RegistryCredential?
    var token: BearerToken?
    /// Whether a refusal of it is final: it was made just now, for exactly what is needed.
    var isLast = false
  }

  /// What came of one try.
  private enum Step: Sendable {
    case ended(Result<HTTPAnswer, ExchangeFailure>)
    case next(Ticket)
  }

  private struct State: Sendable {
    var scheme = Scheme.unasked
    /// Whether the scheme is what we know of the registry, and not what it has said.
    var isPresumed = false
    var tokens: [BearerToken] = []
    /// All that was or will be needed: asked for together, so that one token does.
    var wanted: [TokenScope]
  }

  let login: RegistryLogin
  private let connections: Connections
  private let clock: any Clock<Duration>
  private let state: Mutex<State>
  private let first = Turnstile()
  private let tokens = Turnstile()

  /// - Parameter announced: what will be needed, as far as that is known.
  init(
    _ login: RegistryLogin, announced: [TokenScope], connections: Connections,
    clock: any Clock<Duration>
  ) {
    self.login = login
    self.connections = connections
    self.clock = clock
    state = Mutex(
      State(
        scheme: login.tokens.map(Scheme.bearer) ?? .unasked, isPresumed: login.tokens != nil,
        wanted: announced))
  }

  /// Sends a request with what the registry wants to see, and again where it turns out to want
  /// something else. A request that was refused for its credential has not been acted on.
  func perform(
    _ need: Need, _ send: (Secret<String>?) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    // The first one finds out for all who come at the same time. What it sends after that holds nobody up.
    let opening: Step? =
      scheme != .unasked
      ? nil
      : await first.pass { scheme == .unasked ? await attempt(need, with: nil, send) : nil }
    var step = if let opening { opening } else { await attempt(need, with: nil, send) }
    while true {
      switch step {
      case .ended(let result): return result
      case .next(let ticket): step = await attempt(need, with: ticket, send)
      }
    }
  }

  /// Who the registry is told that we are; nil when nobody in particular.
  func identity(for location: ImageLocation) async throws(Unknown) -> String? {
    try await login.source.credential(for: location)?.identity
  }

  private var scheme: Scheme { state.withLock { $0.scheme } }

  /// One try.
  /// - Parameter ticket: what it is sent with; nil for what seems right so far.
  private func attempt(
    _ need: Need, with ticket: Ticket?,
    _ send: (Secret<String>?) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Step {
    do throws(Unknown) {
      let current = if let ticket { ticket } else { try await self.ticket(for: need) }
      let result = await send(current.authorization)
      guard case .success(let answer) = result else { return .ended(result) }
      guard let better = try await self.ticket(for: need, after: current, answer) else {
        return .ended(explained(result, need, current))
      }
      return .next(better)
    } catch {
      // It was refused each time for want of a credential, or not sent at all.
      return .ended(.failure(ExchangeFailure(error, .neverSent)))
    }
  }

  private func ticket(for need: Need) async throws(Unknown) -> Ticket {
    switch scheme {
    case .unasked, .open:
      guard login.source.isSentUnasked else { return Ticket() }
      return try await basicTicket(need)
    case .basic: return try await basicTicket(need)
    case .bearer(let service):
      do throws(Unknown) {
        let ticket = try await tokenTicket(need, service, exactly: false)
        state.withLock { $0.isPresumed = false }
        return ticket
      } catch {
        guard state.withLock(\.isPresumed) else { throw error }
        // It is asked what it wants after all, as a registry that nobody knows.
        state.withLock { state in
          state.isPresumed = false
          state.scheme = .unasked
        }
        return try await self.ticket(for: need)
      }
    }
  }

  /// What to try next, after `answer` to a try with `ticket`; nil when the answer stands.
  private func ticket(
    for need: Need, after ticket: Ticket, _ answer: HTTPAnswer
  ) async throws(Unknown) -> Ticket? {
    if answer.saysCredentialRanOut, let credential = ticket.credential, !ticket.isLast {
      await login.source.discard(credential)
      var renewed = try await basicTicket(need)
      renewed.isLast = true
      return renewed
    }
    if answer.status == 403, let token = ticket.token, token.scopes != need.scopes, !ticket.isLast,
      case .bearer(let service) = scheme
    {
      // Some services grant less than was asked for without saying so.
      return try await tokenTicket(need, service, exactly: true)
    }
    guard answer.status == 401 else {
      state.withLock { if $0.scheme == .unasked { $0.scheme = .open } }
      return nil
    }
    guard !ticket.isLast else { return nil }
    let challenges = Challenge.all(in: answer.values(of: "www-authenticate"))
    if let bearer = challenges.first(where: { $0.scheme == .bearer }) {
      let service = try TokenService(bearer, of: login)
      state.withLock { state in
        state.scheme = .bearer(service)
        // It may have been taken back, or be good for less than was asked for.
        state.tokens.removeAll { $0.authorization.isSame(as: ticket.token?.authorization) }
      }
      return try await tokenTicket(need, service, exactly: ticket.token != nil)
    }
    guard challenges.contains(where: { $0.scheme == .basic }), ticket.credential == nil else {
      return nil
    }
    state.withLock { $0.scheme = .basic }
    let next = try await basicTicket(need)
    return next.authorization == nil ? nil : next
  }

  private func basicTicket(_ need: Need) async throws(Unknown) -> Ticket {
    guard let credential = try await login.source.credential(for: need.location) else {
      return Ticket()
    }
    return Ticket(authorization: credential.direct, credential: credential)
  }
}

// MARK: - Tokens

extension SignIn {
  private func tokenTicket(
    _ need: Need, _ service: TokenService, exactly: Bool
  ) async throws(Unknown) -> Ticket {
    let credential = try await login.source.credential(for: need.location)
    if case .registryToken = credential?.proof {
      return Ticket(authorization: credential?.direct, credential: credential, isLast: true)
    }
    if !exactly, let token = known(need, credential) {
      return Ticket(authorization: token.authorization, credential: credential, token: token)
    }
    let made: Result<BearerToken, Unknown> = await tokens.pass {
      if !exactly, let token = known(need, credential) { return .success(token) }
      return await make(need, credential, service, exactly: exactly)
    }
    let token = try made.get()
    return Ticket(
      authorization: token.authorization, credential: credential, token: token, isLast: exactly)
  }

  private func known(_ need: Need, _ credential: RegistryCredential?) -> BearerToken? {
    state.withLock { state in
      state.tokens.removeAll { !$0.isFresh }
      return state.tokens.first {
        $0.identity == credential?.identity && $0.scopes.covers(need.scopes)
      }
    }
  }

  /// Has one token made for all that is wanted of this host; where the service does not grant that, for
  /// exactly what is needed now.
  private func make(
    _ need: Need, _ credential: RegistryCredential?, _ service: TokenService, exactly: Bool
  ) async -> Result<BearerToken, Unknown> {
    let all = exactly ? need.scopes : await scopes(with: need, credential)
    var made = await fetch(all, credential, service)
    if case .failure(let unknown) = made, all != need.scopes,
      [.unauthorized, .forbidden, .malformed].contains(unknown.cause)
    {
      made = await fetch(need.scopes, credential, service)
    }
    if case .success(let token) = made {
      state.withLock { state in
        state.tokens.removeAll { token.scopes.covers($0.scopes) && $0.identity == token.identity }
        state.tokens.append(token)
      }
    }
    return made
  }

  /// What this request needs and whatever else the same credential is for.
  private func scopes(with need: Need, _ credential: RegistryCredential?) async -> [TokenScope] {
    let wanted = state.withLock { state in
      state.wanted = state.wanted.merged(with: need.scopes)
      return state.wanted
    }
    var scopes = need.scopes
    for scope in wanted where await isMeant(credential, for: scope) {
      scopes = scopes.merged(with: [scope])
    }
    return scopes
  }

  /// Whether the repository of `scope` is reached with this credential and no other.
  private func isMeant(_ credential: RegistryCredential?, for scope: TokenScope) async -> Bool {
    let location = ImageLocation(registry: login.host, repository: scope.repository)
    do throws(Unknown) {
      return try await login.source.credential(for: location)?.identity == credential?.identity
    } catch {
      // Whoever needs it will hear why it cannot be had; this request can do without.
      return false
    }
  }

  private func fetch(
    _ scopes: [TokenScope], _ credential: RegistryCredential?, _ service: TokenService
  ) async -> Result<BearerToken, Unknown> {
    var result: Result<HTTPAnswer, ExchangeFailure>
    switch credential?.proof {
    case .identityToken(let token):
      result = await ask(service.exchange(token, for: scopes))
      if case .success(let answer) = result, [404, 405].contains(answer.status) {
        // Services of the first kind know no exchange, and take the token for a password.
        let basic = token.reveal { Secret("Basic " + base64("<token>:\($0)")) }
        result = await ask(service.request(scopes, as: basic))
      }
    case .password, .registryToken, nil:
      result = await ask(service.request(scopes, as: credential?.basic))
    }
    switch result {
    case .failure(let failure): return .failure(failure.unknown)
    case .success(let answer):
      guard answer.status == 200 else {
        return .failure(refusal(answer, credential, service))
      }
      guard
        let token = BearerToken(
          answer, scopes: scopes, identity: credential?.identity, clock: clock)
      else {
        return .failure(
          Unknown(.malformed, "\(service.address): expected a token for \(login.host), found none"))
      }
      return .success(token)
    }
  }

  private func ask(_ request: HTTPRequest?) async -> Result<HTTPAnswer, ExchangeFailure> {
    guard var request else {
      let unknown = Unknown(.malformed, "\(login.host): the realm of its tokens is no web address")
      return .failure(ExchangeFailure(unknown, .neverSent))
    }
    request.trust = request.address.host == login.address.host ? login.trust : nil
    return await connections.exchange(
      request,
      limits: HTTPLimits(
        bodyBytesMax: BearerToken.answerBytesMax, attempt: .seconds(15), total: .seconds(45),
        retry: .reads))
  }
}

// MARK: - Explaining

extension SignIn {
  private func refusal(
    _ answer: HTTPAnswer, _ credential: RegistryCredential?, _ service: TokenService
  ) -> Unknown {
    let who = credential?.identity ?? "anonymous"
    return Unknown(
      Unknown.Cause(status: answer.status),
      "\(service.address) gave \(who) no token for \(login.host) (\(answer.status))")
  }

  /// A refusal for the lack of a credential, in terms of what can be done about it.
  private func explained(
    _ result: Result<HTTPAnswer, ExchangeFailure>, _ need: Need, _ ticket: Ticket
  ) -> Result<HTTPAnswer, ExchangeFailure> {
    guard case .success(let answer) = result else { return result }
    let host = login.host
    if answer.saysCredentialRanOut, let credential = ticket.credential {
      let sentence = "\(host) says that \(credential.identity) has run out; log in again"
      return .failure(ExchangeFailure(Unknown(.unauthorized, sentence), .neverSent))
    }
    guard answer.status == 401 else { return result }
    let sentence: String
    switch (ticket.credential, ticket.token) {
    case (let credential, .some):
      let scopes = need.scopes.map(\.description).joined(separator: " ")
      let who = credential?.identity ?? "anonymous"
      sentence = "\(host) does not let \(who) have \(scopes), or knows no such repository"
    case (.some(let credential), nil):
      sentence = "\(host) did not accept \(credential.identity)"
    case (nil, nil):
      let offered = Challenge.all(in: answer.values(of: "www-authenticate")).map(\.scheme)
      sentence =
        offered.contains(.basic)
        ? "\(host) asks for a user and a password, and none is configured for it"
        : "\(host) refused the request without a way to sign in we know"
    }
    return .failure(ExchangeFailure(Unknown(.unauthorized, sentence), .neverSent))
  }
}

extension HTTPAnswer {
  /// Whether the credential was right once: ECR says so with 403, its public registry with 400.
  fileprivate var saysCredentialRanOut: Bool {
    [400, 403].contains(status)
      && String(decoding: body, as: UTF8.self).contains("authorization token has expired")
  }
}

extension Secret<String> {
  fileprivate func isSame(as other: Secret<String>?) -> Bool {
    guard let other else { return false }
    return reveal { one in other.reveal { $0 == one } }
  }
}
