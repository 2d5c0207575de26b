import Diagnostics
public import Vocabulary

extension DeliverySettings {
  /// Reads the text of pawl.yaml. `file` is what findings call it.
  ///
  /// Strict: what is not understood, or not available in this version, is an error with its place;
  /// nothing is skipped. All errors are found at once, except that a text that is no YAML ends at
  /// the first place where that shows.
  public static func parse(text: String, file: String) -> Checked<DeliverySettings> {
    var log = FindingLog(file: file)
    let root = DocumentReader.read(text, log: &log)
    var reader = SettingsReader(log: log)
    let settings = root.flatMap { reader.delivery($0) }
    return reader.log.conclude(settings, text: text)
  }

  /// Reads the place of a journal as `journal` would say it: `git:refs/pawl/production`.
  public static func journal(_ text: String) -> Checked<JournalSettings> {
    let log = FindingLog(file: "journal")
    let place = log.place(line: 1, column: 1)
    var reader = SettingsReader(log: log)
    let node = SettingsNode(content: .text(text), place: place)
    let journal = reader.journal(Field(path: "journal", node: node, place: place))
    return reader.log.conclude(journal, text: text)
  }

  /// Reads the text of the file that lists the tenants of ``fleet``, as strictly, and checks the
  /// canary against it.
  ///
  /// ```yaml
  /// - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
  /// - {slug: reno-stars, url: "http://127.0.0.1:8802"}
  /// ```
  ///
  /// Whoever ``FleetSettings/inventory`` leaves out is among them.
  public func tenants(text: String, file: String) -> Checked<[Tenant]> {
    var log = FindingLog(file: file)
    let root = DocumentReader.read(
      text, log: &log, valuesMax: DocumentReader.listedValuesMax)
    var reader = SettingsReader(log: log)
    let tenants = root.flatMap { root -> [Tenant]? in
      let field = Field(path: "tenants", node: root, place: root.place)
      let tenants = reader.tenants(field, of: SettingsReader.DriverKind(fleet.driver))
      if let tenants {
        reader.insistOnScope(tenants, excluding: fleet.excluded, at: field)
        let inScope = fleet.inventory.census(of: tenants).tenants
        if !inScope.isEmpty {
          reader.check(rollout.canary, rollout.followers, among: inScope, at: (field, field))
        }
      }
      return tenants
    }
    return reader.log.conclude(tenants, text: text)
  }
}

extension FindingLog {
  /// What came of a text in which `value` was read.
  mutating func conclude<Value>(_ value: Value?, text: String) -> Checked<Value> {
    if value == nil, !hasErrors {
      // Whoever answers nil reports why first. Should one forget, the file is refused all the same.
      report(.error, .syntax, at: place(line: 1, column: 1), "this file could not be read")
    }
    let report = report(on: text)
    guard let value, !hasErrors else { return .refused(report) }
    return .accepted(value, report)
  }
}
