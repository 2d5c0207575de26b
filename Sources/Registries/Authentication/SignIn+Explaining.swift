import Transport
import Vocabulary

extension SignIn {
  func refusal(
    _ answer: HTTPAnswer, _ credential: RegistryCredential?, _ service: TokenService
  ) -> Unknown {
    let who = credential?.identity ?? "anonymous"
    return Unknown(
      Unknown.Cause(status: answer.status),
      "\(service.address) gave \(who) no token for \(login.host) (\(answer.status))")
  }

  /// A refusal for the lack of a credential, in terms of what can be done about it.
  func explained(
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
  var saysCredentialRanOut: Bool {
    [400, 403].contains(status)
      && String(decoding: body, as: UTF8.self).contains("authorization token has expired")
  }
}
