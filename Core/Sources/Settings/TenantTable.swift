import Diagnostics
public import Vocabulary

/// Tenants as databases and spreadsheets hand them out: columns with a tab between them, under a line with
/// their names. `slug` comes first, `url` and `window` may be among the rest; every other column is a label.
public enum TenantTable {
  /// More than any fleet this is made for.
  private static let rowsMax = 20_000

  /// Reads such a table, all of it or nothing.
  /// - Parameter template: the address of a tenant where there is no column `url`, with `{slug}` in it.
  public static func parse(text: String, file: String, template: String?) -> Checked<[Tenant]> {
    var reader = TableReader(file: file, template: template)
    let tenants = reader.tenants(text)
    return reader.reader.log.conclude(tenants, text: text)
  }

  /// The same tenants as the file that pawl.yaml names with `tenants: {file: …}` holds them.
  public static func list(_ tenants: [Tenant]) -> String {
    tenants.map { tenant in
      let labels = tenant.labels.map { "\(quoted($0.key)): \(quoted($0.value))" }
      let windows = (tenant.windows ?? []).map { window in
        "{\(window.kind.rawValue): \(quoted(window.span.written)), zone: \(quoted(window.zone.name))}"
      }
      let end =
        (labels.isEmpty ? "" : ", labels: {\(labels.joined(separator: ", "))}")
        + (windows.isEmpty ? "" : ", window: [\(windows.joined(separator: ", "))]")
      return "- {slug: \(quoted(tenant.slug.text)), url: \(quoted(tenant.address.text))\(end)}\n"
    }.joined()
  }

  /// Every word here is of letters, digits and a few marks, of which none needs escaping.
  private static func quoted(_ text: String) -> String { "\"\(text)\"" }

  private struct TableReader {
    var reader: SettingsReader
    let file: String
    let template: String?

    init(file: String, template: String?) {
      reader = SettingsReader(log: FindingLog(file: file))
      self.file = file
      self.template = template
    }

    mutating func tenants(_ text: String) -> [Tenant]? {
      // To Swift, a carriage return and what it stands before are one character.
      let plain = String(text.unicodeScalars.filter { $0 != "\r" })
      let lines = plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.count <= TenantTable.rowsMax else {
        reader.report(
          .tooLarge, at: place(1),
          "expected at most \(TenantTable.rowsMax) lines, found \(lines.count)")
        return nil
      }
      guard let header = header(lines.first ?? "") else { return nil }
      var slugs = Taken()
      var tenants: [Tenant?] = []
      for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
        let tenant = tenant(line, under: header, at: place(index + 1), &slugs)
        tenants.append(tenant)
      }
      guard !tenants.isEmpty else {
        reader.report(
          .empty, at: place(1), "expected at least one tenant under the names, found none")
        return nil
      }
      return allOrNone(tenants)
    }

    private mutating func header(_ line: String) -> [String]? {
      let names = cells(line)
      guard names.first == "slug" else {
        reader.report(
          .malformed, at: place(1),
          "expected 'slug' as the name of the first column, found "
            + "'\(printable(names.first ?? "", charactersMax: 40))'",
          hint: "the first line names the columns, with a tab between them")
        return nil
      }
      if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
        reader.report(
          .duplicateName, at: place(1),
          "two columns are named '\(printable(twice, charactersMax: 40))'")
        return nil
      }
      guard names.contains("url") || template?.contains("{slug}") == true else {
        reader.report(
          .missingKey, at: place(1), "expected a column 'url', found none",
          hint: "or give --url with {slug} in it, such as https://{slug}.example.com")
        return nil
      }
      return names
    }

    private mutating func tenant(
      _ line: String, under header: [String], at place: SourcePlace, _ slugs: inout Taken
    ) -> Tenant? {
      let cells = cells(line)
      guard cells.count == header.count else {
        reader.report(
          .malformed, at: place, "expected \(header.count) columns, found \(cells.count)")
        return nil
      }
      let values = Dictionary(zip(header, cells)) { first, _ in first }
      let slug = reader.word(cells[0], at: place, in: "slug", as: TenantSlug.self)
      if let slug { reader.claim(slug.text, in: &slugs, at: place, what: "tenant") }
      let url = values["url"] ?? template?.replacing("{slug}", with: cells[0]) ?? ""
      let address = reader.word(url, at: place, in: "url", as: HTTPAddress.self)
      var labels: [Tenant.Label?] = []
      for (name, value) in zip(header, cells).dropFirst()
      where !["url", "window"].contains(name) && !value.isEmpty {
        let label = reader.label(name, value, at: place, in: name)
        labels.append(label)
      }
      let windows = windows(values["window"] ?? "", at: place)
      guard let slug, let address, let windows, let labels = allOrNone(labels) else { return nil }
      return Tenant(
        slug: slug, address: address, labels: labels, windows: windows.isEmpty ? nil : windows)
    }

    /// As the label of a driver says them; none where nothing is said.
    private mutating func windows(_ text: String, at place: SourcePlace) -> [ReleaseWindow]? {
      guard !text.isEmpty else { return [] }
      if let windows = WindowText.windows(of: text) { return windows }
      reader.report(
        .malformed, at: place, "'window': expected \(WindowText.expectation), found \(shown(text))")
      return nil
    }

    private func cells(_ line: String) -> [String] {
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }

    private func place(_ line: Int) -> SourcePlace {
      reader.log.place(line: line, column: 1)
    }
  }
}
