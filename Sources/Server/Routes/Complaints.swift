import HTTPTypes
import Hummingbird
import Vocabulary

/// Gives every refusal one form, and tells whoever runs this about it.
struct Complaints: RouterMiddleware {
  let say: @Sendable (String) -> Void

  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let refusal as Refusal {
      return try answer(refusal, request)
    } catch let error as any HTTPResponseError {
      let status = Int(error.status.code)
      let sentence =
        status == 404
        ? "there is no such page: GET /openapi.json lists them" : error.status.reasonPhrase
      return try answer(Refusal(status, sentence), request)
    }
  }

  private func answer(_ refusal: Refusal, _ request: Request) throws -> Response {
    let path = printable(request.uri.path, charactersMax: 100)
    say("\(request.method.rawValue) \(path): \(refusal.status): \(refusal.sentence)")
    return try ControlPlaneRoutes.answer(
      Complaint(error: refusal.sentence), status: refusal.status)
  }
}
