import Vocabulary

extension ControlState {
  /// Who serves what a run brought, and everybody who does not, by name.
  func provenSentence(_ run: Run, _ quarantined: [TenantSlug]) -> String {
    let count = run.rollout?.tenants.count { $0.status == .proven } ?? 0
    let pinned =
      run.rollout?.tenants.filter { $0.status == .pinned }.map(\.tenant.slug.text) ?? []
    var sentence = "\(count) tenants serve \(run.commit.short)"
    if !pinned.isEmpty { sentence += "; pinned: " + pinned.joined(separator: ", ") }
    if let waiting = run.rollout?.sentenceOnWindows { sentence += "; " + waiting }
    if !quarantined.isEmpty {
      sentence += "; quarantined: " + quarantined.map(\.text).joined(separator: ", ")
    }
    let rest = [
      run.rollout?.leftOut.flatMap(Census.sentence), run.scopeChange?.sentence,
      run.rollout?.meanwhile?.sentence,
    ]
    return ([sentence] + rest.compactMap(\.self)).joined(separator: "; ")
  }
}
