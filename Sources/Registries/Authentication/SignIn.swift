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
  struct Ticket: Sendable {
    var authorization: Secret<String>?
    var credential: RegistryCredential?
    var token: BearerToken?
    /// Whether a refusal of it is final: it was made just now, for exactly what is needed.
    var isLast = false
  }

  /// One try.
  struct Try: Sendable {
    /// What it was sent with; nil when that could not be had, and nothing was sent.
    let ticket: Ticket?
    let result: Result<HTTPAnswer, ExchangeFailure>
  }

  /// What follows from one try.
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
  /// Nil for those who have not tried themselves and may go on.
  let first = SharedTurnstile<Try?>()
  let tokens = SharedTurnstile<Result<BearerToken, Unknown>>()

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
    var step = await step(after: await begin(need, send), need)
    while true {
      switch step {
      case .ended(let result): return result
      case .next(let ticket):
        step = await self.step(after: await attempt(need, with: ticket, send), need)
      }
    }
  }

  /// Sends a request that can be sent only once.
  /// - Returns: nil when the registry turned out to want something else, which is at hand now.
  func performOnce(
    _ need: Need, _ send: (Secret<String>?) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Result<HTTPAnswer, ExchangeFailure>? {
    switch await step(after: await begin(need, send), need) {
    case .ended(let result): result
    case .next: nil
    }
  }

  /// Who the registry is told that we are; nil when nobody in particular.
  func identity(for location: ImageLocation) async throws(Unknown) -> String? {
    try await login.source.credential(for: location)?.identity
  }

  private var scheme: Scheme { state.withLock { $0.scheme } }

  /// The first try. While nobody knows what the registry wants, one finds it out for all who come at the same
  /// time. What is sent after that holds nobody up.
  private func begin(
    _ need: Need, _ send: (Secret<String>?) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Try {
    guard scheme == .unasked else { return await attempt(need, with: nil, send) }
    let opening = await first.pass {
      guard scheme == .unasked else { return nil }
      let opening = await attempt(need, with: nil, send)
      if case .success(let answer) = opening.result { learn(from: answer) }
      return opening
    } sharing: {
      // They are let through together. What nobody has answered would not be answered to them either.
      .some($0.flatMap(Self.silence(of:)))
    }
    if let opening { return opening }
    return await attempt(need, with: nil, send)
  }

  /// What those who have waited for `opening` may take for their own: that the registry is not to be reached.
  private static func silence(of opening: Try) -> Try? {
    guard opening.ticket != nil, case .failure(let failure) = opening.result,
      failure.unknown.mayPass
    else { return nil }
    if case .answered = failure.delivery { return nil }
    return Try(
      ticket: opening.ticket, result: .failure(ExchangeFailure(failure.unknown, .neverSent)))
  }

  /// One try.
  /// - Parameter ticket: what it is sent with; nil for what seems right so far.
  private func attempt(
    _ need: Need, with ticket: Ticket?,
    _ send: (Secret<String>?) async -> Result<HTTPAnswer, ExchangeFailure>
  ) async -> Try {
    do throws(Unknown) {
      let current = if let ticket { ticket } else { try await self.ticket(for: need) }
      return Try(ticket: current, result: await send(current.authorization))
    } catch {
      return Try(ticket: nil, result: .failure(ExchangeFailure(error, .neverSent)))
    }
  }

  private func step(after attempt: Try, _ need: Need) async -> Step {
    guard let current = attempt.ticket, case .success(let answer) = attempt.result else {
      return .ended(attempt.result)
    }
    do throws(Unknown) {
      guard let better = try await self.ticket(for: need, after: current, answer) else {
        return .ended(explained(attempt.result, need, current))
      }
      return .next(better)
    } catch {
      // It was refused each time for want of a credential.
      return .ended(.failure(ExchangeFailure(error, .neverSent)))
    }
  }

  /// Notes what the registry wants, as far as its first answer says it.
  private func learn(from answer: HTTPAnswer) {
    guard answer.status == 401 else {
      state.withLock { if $0.scheme == .unasked { $0.scheme = .open } }
      return
    }
    let challenges = Challenge.all(in: answer.values(of: "www-authenticate"))
    let learnt: Scheme?
    if let bearer = challenges.first(where: { $0.scheme == .bearer }) {
      learnt = (try? TokenService(bearer, of: login)).map(Scheme.bearer)
    } else {
      learnt = challenges.contains { $0.scheme == .basic } ? .basic : nil
    }
    guard let learnt else { return }
    state.withLock { $0.scheme = learnt }
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
        // It is asked what it wants after all, as a registry that nobody knows; others may have found out by
        // now that this is not the service.
        let isOpen = state.withLock { state in
          if state.isPresumed, state.scheme == .bearer(service) { state.scheme = .unasked }
          state.isPresumed = false
          return state.scheme != .bearer(service)
        }
        guard isOpen else { throw error }
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
    let made = await tokens.pass {
      if !exactly, let token = known(need, credential) { return .success(token) }
      return await make(need, credential, service, exactly: exactly)
    } sharing: { made in
      // A service that nobody reaches is not reached by those who wait either.
      if case .failure(let unknown) = made, unknown.mayPass { made } else { nil }
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

extension Secret<String> {
  fileprivate func isSame(as other: Secret<String>?) -> Bool {
    guard let other else { return false }
    return reveal { one in other.reveal { $0 == one } }
  }
}
