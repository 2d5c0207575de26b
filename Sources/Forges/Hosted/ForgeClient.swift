import Capabilities
import Transport
import Vocabulary

/// One exchange with a forge's API: authorised, bounded, conditional, within the forge's limits, and judged
/// the same way for every forge.
struct ForgeClient: Sendable {
  /// A page of a hundred rows is about 200 KB.
  static let bodyBytesMax = 8 << 20
  static let attemptMax: Duration = .seconds(15)
  static let totalMax: Duration = .seconds(45)

  private static let limits = HTTPLimits(
    bodyBytesMax: bodyBytesMax, attempt: attemptMax, total: totalMax, retry: .reads)

  let connections: Connections
  let account: ForgeAccount
  let authorizer: ForgeAuthorizer
  let dialect: any ForgeDialect
  private let cache = ConditionalCache()
  private let limit: RateLimit
  private let clocks: ClockComparison

  /// - Parameter remark: is told what a person should know and no decision needs.
  init(
    connections: Connections, account: ForgeAccount, dialect: any ForgeDialect,
    clock: any WallClock,
    remark: @escaping @Sendable (String) -> Void
  ) {
    self.connections = connections
    self.account = account
    self.dialect = dialect
    limit = RateLimit(clock: clock)
    clocks = ClockComparison(clock: clock, tell: remark)
    authorizer = ForgeAuthorizer(
      account: account, connections: connections, headers: dialect.headers, clock: clock)
  }

  /// The answer to a GET, its status 200. Absent means no more than that the API says it does not have it:
  /// whoever asks must know whether it would have shown it (``confirmVisible(_:)``).
  func get(_ path: ForgePath, what: String) async -> Reading<HTTPAnswer> {
    var request = HTTPRequest(.get, path.target, at: account.api)
    request.repetition = .freely
    if let tag = cache.tag(of: path.target.text) {
      request.headers.append(HTTPHeader("If-None-Match", tag))
    }
    let answer: HTTPAnswer
    switch await exchange(request, what: what) {
    case .failure(let failure): return .unknown(failure.unknown)
    case .success(let received):
      guard let resolved = cache.resolve(received, to: path.target.text) else {
        return .unknown(Unknown(.malformed, "\(what) was answered 304 without having been asked"))
      }
      answer = resolved
    }
    switch answer.status {
    case 200: return .found(answer)
    case _ where dialect.isMissingObject(answer): return .absent
    default: return .unknown(explanation(of: answer, to: what))
    }
  }

  /// A text that lies elsewhere as often as not: one redirect is followed, without the credential.
  func text(_ path: ForgePath, what: String) async -> Reading<String> {
    var request = HTTPRequest(.get, path.target, at: account.api)
    request.repetition = .freely
    var result = await exchange(request, what: what)
    if case .success(let answer) = result, answer.isRedirect {
      guard let elsewhere = answer.values(of: "Location").first.flatMap(request.redirected(to:))
      else {
        return .unknown(
          Unknown(.unanswerable, "\(what): the answer points where pawl may not follow"))
      }
      result = await connections.exchange(elsewhere, limits: Self.limits)
    }
    switch result {
    case .failure(let failure): return .unknown(failure.unknown)
    case .success(let answer) where answer.status == 200:
      return .found(String(decoding: answer.body, as: UTF8.self))
    case .success(let answer) where [404, 410].contains(answer.status): return .absent
    case .success(let answer): return .unknown(explanation(of: answer, to: what))
    }
  }

  /// Sends something that changes the forge's mind; `succeeds` are the statuses that confirm it.
  func send(
    _ method: HTTPRequest.Method, _ path: ForgePath, _ body: [UInt8], succeeds: [Int], what: String
  ) async -> Result<HTTPAnswer, ForgeWriteFailure> {
    var request = HTTPRequest(method, path.target, at: account.api)
    request.repetition = .ifNeverSent
    request.headers.append(HTTPHeader("Content-Type", "application/json"))
    request.body = body
    switch await exchange(request, what: what) {
    case .failure(let failure):
      return .failure(
        failure.delivery == .neverSent ? .refused(failure.unknown) : .ambiguous(failure.unknown))
    case .success(let answer) where succeeds.contains(answer.status): return .success(answer)
    case .success(let answer):
      let why = explanation(of: answer, to: what)
      return .failure(answer.status >= 500 ? .ambiguous(why) : .refused(why))
    }
  }

  private func exchange(
    _ request: HTTPRequest, what: String
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    if let refusal = limit.refusal(of: what) {
      return .failure(ExchangeFailure(refusal, .neverSent))
    }
    var request = request
    request.headers = dialect.headers + request.headers
    request.plainHTTP = account.allowsPlainHTTP ? .anywhere : .toLoopback
    request.isProxied = account.isProxied
    do throws(Unknown) {
      request.authorization = try await authorizer.authorization()
    } catch {
      return .failure(ExchangeFailure(error, .neverSent))
    }
    let result = await connections.exchange(request, limits: Self.limits)
    guard case .success(let answer) = result else { return result }
    clocks.note(answer, from: account.api)
    if let limited = limit.note(answer, to: what) {
      return .failure(ExchangeFailure(limited, .neverSent))
    }
    if answer.status == 401 { await authorizer.forget() }
    return result
  }

  /// Why an answer that is not the wanted one brought nothing, and what to do about it.
  private func explanation(of answer: HTTPAnswer, to what: String) -> Unknown {
    switch answer.status {
    case 301, 302, 307, 308:
      return Unknown(
        .unanswerable,
        "\(what) was answered \(answer.status): the repository \(account.repository) was renamed or "
          + "moved; set source.repository to its new name")
    case 401:
      return Unknown(
        .unauthorized, "\(what) was answered 401: the token was not accepted; \(tokenAdvice)")
    case 403:
      let needed = dialect.permissionsNamed(by: answer)
      return Unknown(
        .forbidden,
        "\(what) was answered 403: the token may not do this; it needs "
          + (needed.isEmpty ? dialect.permission(for: what) : needed.joined(separator: " or ")))
    case 404:
      return Unknown(
        .unanswerable,
        "\(what) was answered 404 as no such endpoint: \(dialect.missingEndpointAdvice)")
    default:
      return Unknown(Unknown.Cause(status: answer.status), "\(what) was answered \(answer.status)")
    }
  }

  private var tokenAdvice: String {
    switch account.credential {
    case .anonymous: "none was sent: set source.token"
    case .token: "renew it, and see that it reaches this process"
    case .app: "check the App's id, its installation and its key"
    }
  }

  /// Turns "not there" into proven absence, or into ignorance when this credential cannot see the
  /// repository at all: private repositories answer 404 to whoever may not know of them.
  func confirmed<Value>(_ reading: Reading<Value>, what: String) async -> Reading<Value> {
    guard case .absent = reading else { return reading }
    let repository = ForgePath("repos", account.repository.owner, account.repository.name)
    switch await get(repository, what: "the repository \(account.repository)") {
    case .found: return .absent
    case .unknown(let why): return .unknown(why)
    case .absent:
      return .unknown(
        Unknown(
          .forbidden,
          "\(what): the repository \(account.repository) does not exist or this token may not see it; "
            + "it needs \(dialect.permission(for: "the repository"))"))
    }
  }
}

/// Why something could not be written.
enum ForgeWriteFailure: Error {
  case refused(Unknown)
  case ambiguous(Unknown)

  var result: ForgeWriteResult {
    switch self {
    case .refused(let why): .refused(why)
    case .ambiguous(let why): .ambiguous(why)
    }
  }
}

extension Reading {
  /// The same reading of something derived from the value, which can turn out not to be what it should.
  func read<Other>(_ take: (Value) throws(Unknown) -> Other) -> Reading<Other> {
    switch self {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(let value):
      do throws(Unknown) { return .found(try take(value)) } catch { return .unknown(error) }
    }
  }
}
