import Foundation

/// Compares what files import with the table.
struct ImportRules {
  let table: [TargetRow]

  /// Imports that the row of a file's target does not allow.
  func findings(in files: [SwiftFile]) -> [Finding] {
    files.flatMap { file in
      guard let row = table.first(where: { file.path.hasPrefix($0.folder + "/") }) else {
        return [
          Finding(
            path: file.path, line: 0,
            message: "expected every source to belong to a target of the import table, found none "
              + "for this folder; add a row in ImportTable.swift and in ARCHITECTURE.md")
        ]
      }
      return file.imports.filter { !row.allows($0.module) }.map { module, line in
        Finding(
          path: file.path, line: line,
          message: "\(row.name) may not import \(module); it may import "
            + (row.ours + row.others).joined(separator: ", ")
            + ". Move the code to a floor that may, or change the table and say why")
      }
    }
  }

  /// Rows that allow an import from the same floor or a higher one.
  func upwardArrows() -> [Finding] {
    table.flatMap { row in
      row.ours.compactMap { name in
        guard let other = table.first(where: { $0.name == name }), other.floor < row.floor else {
          return Finding(
            path: "ImportTable.swift", line: 0,
            message: "\(row.name) is on floor \(row.floor), so it may import only from lower "
              + "floors, and \(name) is not on one")
        }
        return nil
      }
    }
  }

  /// Rows that the table of floors in `document` does not show as they are here.
  func findings(in document: TextFile) -> [Finding] {
    let shown = document.lines.map { line in
      line.text.split(separator: "|").map { String($0).trimmingCharacters(in: .whitespaces) }
    }
    return table.compactMap { row in
      let wanted = ["\(row.floor)", "`\(row.name)`", Self.list(row.ours), Self.list(row.others)]
      // Floor, target, package, purpose, imports of ours, other imports.
      let isShown = shown.contains { cells in
        cells.count == 6 && [cells[0], cells[1], cells[4], cells[5]] == wanted
      }
      return isShown
        ? nil
        : Finding(
          path: document.path, line: 0,
          message: "expected a row of floor, target and imports as in ImportTable.swift, found "
            + "none: \(wanted.joined(separator: " | "))")
    }
  }

  private static func list(_ modules: [String]) -> String {
    modules.isEmpty ? "none" : modules.joined(separator: ", ")
  }

  /// Differences between the targets of the manifests, tests apart, and the rows.
  func findings(in manifests: [Manifest]) -> [Finding] {
    let declared = manifests.flatMap(\.targets).filter {
      !$0.hasPrefix("Test") && !$0.hasSuffix("Tests")
    }
    let rows = table.map(\.name)
    let missing = declared.filter { !rows.contains($0) }.map { "\($0) has no row" }
    let left = rows.filter { !declared.contains($0) }.map { "\($0) is no target of a manifest" }
    return (missing + left).map { Finding(path: "ImportTable.swift", line: 0, message: $0) }
  }
}
