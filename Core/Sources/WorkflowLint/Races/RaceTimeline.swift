/// An interleaving as an incident report shows it: a line for each step, a column for each run, and
/// what is shared at the right.
struct RaceTimeline {
  private let search: RaceSearch
  private let events: [RaceEvent]
  private let world: RaceWorld

  init(_ search: RaceSearch, _ events: [RaceEvent], _ world: RaceWorld) {
    self.search = search
    self.events = events
    self.world = world
  }

  func lines(on target: Target, _ names: String) -> [String] {
    guard let last = events.last, let moved = last.moved else { return [] }
    let thing = search.shared[moved.shared]
    let head =
      "\(names) on \(target.name) moves production backwards: \(thing) from commit \(moved.from) to "
      + "commit \(moved.to), in \(counted(events.count, "step"))"
    let reasons = search.programs.map { "  \($0.file): \($0.disciplineReason)" }
    return [head] + reasons + [""] + table
  }

  private var columns: [String] {
    let runs = search.programs.count > 1
    return world.runs.map { run in
      "commit \(run.commit)" + (runs ? ", \(search.programs[run.program].file.fileName)" : "")
    }
  }

  private var table: [String] {
    let shared = search.shared.map(\.description)
    var rows: [[String]] = [["step"] + columns + shared]
    for (index, event) in events.enumerated() {
      var cells = columns.map { _ in "" }
      let text = event.text + (event.place.map { "  (\(Self.short($0)))" } ?? "")
      if let run = event.run { cells[run] = text } else { cells[0] = text }
      var shown = shared.map { _ in "" }
      if let moved = event.moved {
        shown[moved.shared] = "commit \(moved.to)" + (event.isBackwards ? "  ← backwards" : "")
      }
      rows.append(["\(index + 1)"] + cells + shown)
    }
    return aligned(rows)
  }

  /// The last two parts of a path.
  private static func short(_ place: String) -> String {
    place.split(separator: "/").suffix(1).joined(separator: "/")
  }

  private func aligned(_ rows: [[String]]) -> [String] {
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell + String(repeating: " ", count: max(0, widths[column] - cell.count) + 3)
      }
      while line.last == " " { line.removeLast() }
      return "  " + line
    }
  }
}
