import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

/// What can be asked over HTTP, each thing with the role it takes.
struct ControlPlaneRoutes: Sendable {
  /// More than an order that names ten thousand tenants.
  static let bodyBytesMax = 1 << 20
  private static let keyCharactersMax = 200

  let plane: ControlPlane
  let access: AccessList

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: Complaints(say: plane.parts.say))
    router.get("/health") { _, _ in try Self.answer(["status": "ok"]) }
    router.get("/openapi.json") { _, _ in
      Self.response(200, Array(OpenAPIDocument.text.utf8), type: Self.json)
    }
    let tenants = router.group("/cp/admin/tenants")
    tenants.post("/redeploy-fleet") { request, _ in
      try await order(request) { body throws(Refusal) in try RedeployOrder(fleet: body) }
    }
    tenants.post("/:slug/redeploy") { request, context in
      let slug = try Self.slug(context)
      return try await order(request) { body throws(Refusal) in
        try RedeployOrder(tenant: slug, body)
      }
    }
    router.get("/cp/admin/tenants") { request, _ in
      _ = try bearer(request, as: .read)
      return try Self.answer(TenantList(tenants: try await plane.tenantsNow()))
    }
    router.get("/cp/admin/versions") { request, _ in
      _ = try bearer(request, as: .read)
      return try Self.answer(try await plane.versions())
    }
    router.get("/cp/admin/runs") { request, _ in
      _ = try bearer(request, as: .read)
      return try Self.answer(RunList(runs: await plane.runs().map(RunSummary.init)))
    }
    router.get("/cp/admin/runs/:run") { request, context in
      _ = try bearer(request, as: .read)
      guard let number = context.parameters.get("run").flatMap({ UInt64($0) }),
        let record = await plane.run(number)
      else { throw Refusal(404, "there is no such run; GET /cp/admin/runs lists them") }
      return try Self.answer(RunSummary(record))
    }
    return router
  }

  // MARK: - Orders

  private func order(
    _ request: Request, _ parse: (RedeployBody) throws(Refusal) -> RedeployOrder
  ) async throws -> Response {
    let bearer = try bearer(request, as: nil)
    let bytes = try await Self.body(of: request)
    let order = try parse(try RedeployBody.read(bytes))
    let given = ControlPlane.Given(
      order: order, bearer: bearer, key: try Self.key(of: request),
      fingerprint: sha256(Array(request.uri.path.utf8) + [0] + bytes))
    switch try await plane.take(given) {
    case .dryRun(let answer): return try Self.answer(answer)
    case .run(let number):
      let events = await plane.watch(number)
      return Self.wantsLines(request)
        ? Self.streamed(events) : try await Self.concluded(events)
    }
  }

  private static func concluded(_ events: AsyncStream<RunEvent>) async throws -> Response {
    for await event in events {
      guard case .ended(let record) = event else { continue }
      let answer = RunAnswer(record)
      return try Self.answer(answer, status: answer.status)
    }
    throw Refusal(503, "the control plane is stopping: send the same order again")
  }

  /// The same, told while it happens: a line of JSON for each tenant, and the whole answer as the last.
  private static func streamed(_ events: AsyncStream<RunEvent>) -> Response {
    let body = ResponseBody { writer in
      for await event in events {
        let line =
          switch event {
          case .row(let row): StreamLine(event: "row", row: row)
          case .ended(let record): StreamLine(event: "ended", answer: RunAnswer(record))
          }
        try await writer.write(ByteBuffer(bytes: try wire(line) + [UInt8(ascii: "\n")]))
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: lines], body: body)
  }

  // MARK: - Reading a request

  /// Who asks.
  /// - Parameter role: what it takes; nil where that depends on what is asked.
  private func bearer(_ request: Request, as role: Role?) throws(Refusal) -> AccessList.Bearer {
    guard let bearer = access.bearer(of: request.headers[.authorization]) else {
      throw Refusal(
        401,
        "expected 'Authorization: Bearer' with a token of this control plane, found "
          + (request.headers[.authorization] == nil ? "none" : "another"))
    }
    if let role, !bearer.mayAct(as: role) {
      let found = bearer.roles.map(\.rawValue).sorted().joined(separator: ", ")
      throw Refusal(403, "this takes the role \(role.rawValue), and \(bearer.name) has \(found)")
    }
    return bearer
  }

  private static func body(of request: Request) async throws -> [UInt8] {
    do {
      return Array(try await request.body.collect(upTo: bodyBytesMax).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Refusal(413, "expected a body of at most \(bodyBytesMax) bytes, found a larger one")
    }
  }

  private static func slug(_ context: BasicRequestContext) throws(Refusal) -> TenantSlug {
    guard let slug = try? TenantSlug(parsing: context.parameters.get("slug") ?? "") else {
      throw Refusal(404, "there is no tenant of that name: a slug is \(TenantSlug.expectation)")
    }
    return slug
  }

  private static func key(of request: Request) throws(Refusal) -> String? {
    guard let key = request.headers[idempotencyKey] else { return nil }
    guard (1...keyCharactersMax).contains(key.count),
      printable(key, charactersMax: keyCharactersMax) == key
    else {
      throw Refusal(
        400, "'Idempotency-Key': expected 1 to \(keyCharactersMax) printable characters")
    }
    return key
  }

  private static func wantsLines(_ request: Request) -> Bool {
    request.headers[.accept]?.contains(lines) ?? false
  }

  // MARK: - Answering

  private static let json = "application/json"
  private static let lines = "application/x-ndjson"
  private static let idempotencyKey: HTTPField.Name = {
    guard let name = HTTPField.Name("Idempotency-Key") else {
      preconditionFailure("it is made of letters and a hyphen")
    }
    return name
  }()

  static func answer(_ document: some Encodable, status: Int = 200) throws -> Response {
    response(status, try wire(document) + [UInt8(ascii: "\n")], type: json)
  }

  private static func response(_ status: Int, _ bytes: [UInt8], type: String) -> Response {
    var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
    if status == 401 { headers[.wwwAuthenticate] = "Bearer" }
    return Response(
      status: HTTPResponse.Status(code: status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
