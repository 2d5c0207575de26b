import Diagnostics
import Foundation
import Settings
import Testing

/// The documentation of pawl.yaml is true.
struct ReferenceTests {
  /// A file of the repository, by its path.
  private func file(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test func `the annotated reference is accepted without a warning`() throws {
    let text = try file("docs/reference/pawl.yaml")

    #expect(places(text) == [])
    _ = try accepted(text)
  }

  @Test func `every default that the reference states is the default`() throws {
    let text = try file("docs/reference/pawl.yaml")
    let full = try accepted(text)
    let stated = text.split(separator: "\n").filter { $0.contains("# default: ") }.count

    let lean = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      guard let comment = line.firstRange(of: "# default: "),
        let colon = line.firstRange(of: ": "), colon.lowerBound < comment.lowerBound
      else { return true }
      let value = line[colon.upperBound..<comment.lowerBound].trimmingCharacters(in: .whitespaces)
      let words = line[comment.upperBound...]
      return !(words == value || words.hasPrefix(value + ";"))
    }
    let short = try accepted(
      lean.joined(separator: "\n").replacing("settle:\n", with: "settle: {}\n")
        .replacing("verify: ", with: "verify: {} "))

    #expect(stated >= 15)
    #expect(lean.count <= text.split(separator: "\n", omittingEmptySubsequences: false).count - 14)
    #expect(short == full)
  }

  @Test func `the guide explains every rule, and every key of the reference`() throws {
    let guide = try file("docs/reference/configuration.md")
    let keys = try file("docs/reference/pawl.yaml").split(separator: "\n").compactMap { line in
      let trimmed = line.drop { $0 == " " || $0 == "-" || $0 == "#" }
      let key = trimmed.prefix { $0.isLetter || $0 == "_" }
      return trimmed.dropFirst(key.count).first == ":" ? String(key) : nil
    }.filter { !["prod", "staging", "latest", "production"].contains($0) }

    #expect(keys.count > 40)
    for key in keys { #expect(guide.contains("`\(key)`") || guide.contains(".\(key)`"), "\(key)") }
    for rule in SettingsRule.allCases { #expect(guide.contains("`\(rule.id)`"), "\(rule.id)") }
  }
}
