import Synchronization
import Transport
import Vocabulary

/// Remarks of registries that are meant for people (distribution-spec, "Warnings"). Each is passed on once
/// and nothing is decided by it.
final class Notices: Sendable {
  /// A registry that talks more than this is not listened to.
  private static let remarksMax = 20
  private static let charactersMax = 300

  private let tell: @Sendable (String) -> Void
  private let told = Mutex<[String]>([])

  init(_ tell: @escaping @Sendable (String) -> Void) { self.tell = tell }

  func note(_ answer: HTTPAnswer, from host: RegistryHost) {
    for field in answer.values(of: "warning") {
      // `299 - "text"`; other codes belong to caches.
      guard field.hasPrefix("299 "), let start = field.firstIndex(of: "\""),
        let end = field.lastIndex(of: "\""), start < end
      else { continue }
      let text = field[field.index(after: start)..<end].replacing("\\\"", with: "\"")
      let remark = "\(host) says: " + printable(String(text), charactersMax: Self.charactersMax)
      let isNew = told.withLock { told in
        guard told.count < Self.remarksMax, !told.contains(remark) else { return false }
        told.append(remark)
        return true
      }
      if isNew { tell(remark) }
    }
  }
}
