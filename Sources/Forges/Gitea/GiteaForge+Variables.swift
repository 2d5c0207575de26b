import Transport
public import Vocabulary

extension GiteaForge {
  public func variable(_ name: VariableName, at level: VariableLevel) async -> Reading<String> {
    switch level {
    case .repository: return await variable(name, in: .repository)
    case .organization: return await organizationVariable(name)
    case .both:
      let own = await variable(name, in: .repository)
      guard case .absent = own else { return own }
      return await organizationVariable(name)
    }
  }

  /// Reads which variables there are before the one: only whoever may read the list can prove that a
  /// variable is not set, and in some versions the list has no values.
  private func variable(_ name: VariableName, in scope: VariableScope) async -> Reading<String> {
    let what = "the \(scope.rawValue)'s variable \(name)"
    let list = await pages(requests.variables(at: scope), what: "\(what) in the list", id: \.number)
    {
      answer throws(Unknown) in
      let rows = try document([GiteaReports.Variable]?.self, from: answer.body, what: what) ?? []
      return ForgePage(rows: rows.map(Named.init), total: answer.totalCount)
    }
    switch list {
    case .unknown(let why): return .unknown(why)
    case .absent:
      return .unknown(
        Unknown(
          .forbidden,
          "\(what): this token may not see the variables; it needs "
            + client.dialect.permission(for: "variable")))
    case .found(let rows) where !rows.contains { $0.name.uppercased() == name.text }: return .absent
    case .found:
      return await client.get(requests.variable(name, at: scope), what: what).read {
        answer throws(Unknown) in
        let found = try document(GiteaReports.Variable.self, from: answer.body, what: what)
        guard let value = found.data else {
          throw Unknown(.malformed, "\(what): expected 'data', found none")
        }
        return value
      }
    }
  }

  private struct Named: Sendable {
    let name: String

    init(_ row: GiteaReports.Variable) { name = row.name }

    /// Tells rows apart within one process, which is all that paging needs.
    var number: Int64 { Int64(name.hashValue) }
  }

  /// A repository that a person owns has no organisation's variables. A person's own variables cannot be
  /// read by anybody else, nor can the instance's.
  private func organizationVariable(_ name: VariableName) async -> Reading<String> {
    let what = "the organisation \(client.account.repository.owner)"
    switch await client.get(requests.organization, what: what) {
    case .found: return await variable(name, in: .organization)
    case .absent: return .absent
    case .unknown(let why): return .unknown(why)
    }
  }
}
