import Foundation
import Transport

/// How Gitea and Forgejo differ from other forges in every exchange. Forgejo is a fork that kept Gitea's
/// API; where it went its own way the reports take both.
struct GiteaDialect: ForgeDialect {
  var headers: [HTTPHeader] { [HTTPHeader("Accept", "application/json")] }

  /// An unrouted path answers in plain text, a missing object in JSON.
  func isMissingObject(_ answer: HTTPAnswer) -> Bool {
    answer.status == 404
      && answer.values(of: "content-type").first?.lowercased().hasPrefix("application/json") == true
  }

  /// Picks out of the refusal what looks like a scope and nothing else: the rest is somebody else's text.
  func permissionsNamed(by answer: HTTPAnswer) -> [String] {
    struct Refusal: Decodable { let message: String? }
    guard
      let message = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)))?.message,
      // `required scope(s), required=[…], token scope=…`; before 1.23 `required scope(s): […]`.
      let list = message.firstRange(of: "required=[") ?? message.firstRange(of: "scope(s): [")
    else { return [] }
    let names = message[list.upperBound...].prefix { $0 != "]" }
    return names.split(whereSeparator: { $0 == " " || $0 == "," }).prefix(4).map(String.init)
      .filter { name in
        (1...40).contains(name.utf8.count)
          && name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: ":")
          }
      }
  }

  func permission(for what: String) -> String {
    what.contains("variable")
      ? "the scope read:repository (read:organization for an organisation) and a user who owns the "
        + "repository: a job's own token may not read variables"
      : "the scope read:repository, and write:repository to report"
  }

  var missingEndpointAdvice: String {
    "this version of the forge lacks it (runs need Gitea 1.25 or Forgejo 13, dispatch Gitea 1.24); "
      + "name commit statuses in gates.contexts instead"
  }
}
