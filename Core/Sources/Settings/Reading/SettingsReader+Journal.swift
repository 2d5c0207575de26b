import Diagnostics
import Vocabulary

extension SettingsReader {
  private static let places =
    "sqlite:PATH, git:REFERENCE such as git:refs/pawl/production, or postgresql://USER@HOST/DATABASE"

  /// `journal`: a place, or a place and what is agreed on beside it.
  mutating func journal(_ field: Field) -> JournalSettings? {
    guard let node = field.node else { return .sqlite(LocalPath(".pawl/journal.db")) }
    guard case .mapping = node.content else { return journal(field, takeover: nil) }
    guard
      let section = section(field, keys: ["at", "takeover"], expected: "a place: \(Self.places)")
    else { return nil }
    let field = section.field("takeover")
    // Below this, a slow push or a busy machine is taken for a dead one.
    let takeover = span(field, in: .seconds(3)...(.minutes(60)), default: .seconds(30))
    let journal = journal(section.field("at"), takeover: section.has("takeover") ? takeover : nil)
    if case .sqlite? = journal, section.has("takeover") {
      report(
        .contradiction, at: field.place,
        "'\(field.path)' is for journals that several machines share; a lock beside the SQLite file "
          + "is free the moment its holder ends")
      return nil
    }
    return takeover == nil ? nil : journal
  }

  private mutating func journal(_ field: Field, takeover: TimeSpan?) -> JournalSettings? {
    guard let text = text(field, expected: Self.places) else { return nil }
    func rest(_ scheme: String) -> String { String(text.dropFirst(scheme.utf8.count)) }
    if text.hasPrefix("sqlite:") {
      return word(rest("sqlite:"), at: field.place, in: field.path).map(JournalSettings.sqlite)
    }
    if text.hasPrefix("git:") {
      return word(rest("git:"), at: field.place, in: field.path).map {
        .git($0, takeover: takeover ?? .seconds(30))
      }
    }
    if text.hasPrefix("postgresql:") || text.hasPrefix("postgres:") {
      return database(text, at: field).map { .postgresql($0, takeover: takeover ?? .seconds(15)) }
    }
    report(
      .malformed, at: field.place,
      "'\(field.path)': expected \(Self.places), found \(shown(text))")
    return nil
  }

  /// What is not an address may hold a password, so it is not shown.
  private mutating func database(_ text: String, at field: Field) -> DatabaseAddress? {
    do throws(Malformed) {
      return try DatabaseAddress(parsing: text)
    } catch {
      if let node = field.node { hide(node) }
      report(
        .malformed, at: field.place, "'\(field.path)': expected \(DatabaseAddress.expectation)",
        hint: "give the password in PGPASSWORD, or in the file that PGPASSFILE or 'passfile=' names"
      )
      return nil
    }
  }
}
