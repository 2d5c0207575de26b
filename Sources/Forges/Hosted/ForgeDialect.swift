import Transport

/// What one kind of forge does differently in every exchange.
protocol ForgeDialect: Sendable {
  /// Sent with every request.
  var headers: [HTTPHeader] { get }
  /// Whether a refusal says that the object is not there, and not that this version lacks the endpoint.
  func isMissingObject(_ answer: HTTPAnswer) -> Bool
  /// The permissions that a refusal names, in the forge's own words.
  func permissionsNamed(by answer: HTTPAnswer) -> [String]
  /// The permission that a token usually needs, when the refusal names none.
  func permission(for what: String) -> String
  /// What to do when the endpoint is not there.
  var missingEndpointAdvice: String { get }
}
