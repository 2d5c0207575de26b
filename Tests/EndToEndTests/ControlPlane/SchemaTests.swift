import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the served document allows, sent by a program that tries to break servers (schemathesis, from PyPI).
@Suite(.timeLimit(.minutes(5)))
struct SchemaTests {
  private static let program: String = {
    var folder = FilePath(#filePath)
    for _ in 0..<4 { folder.removeLastComponent() }
    return folder.appending(".build-tools/schemathesis/bin/schemathesis").string
  }()

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: SchemaTests.program),
      "schemathesis is not installed: it comes from PyPI, and `make setup` asks for it"))
  func `no request that the document allows is a server error`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        // It leaves a folder where it is run.
        let ended = try await process(
          "sh",
          [
            "-c", "cd \"$0\" && exec \"$@\"", stage.folder.string, Self.program, "run",
            "\(plane.address)/openapi.json", "--header", "Authorization: Bearer boss",
            "--checks", "not_a_server_error,status_code_conformance,response_schema_conformance",
            "--max-examples", "\(Length.of(short: 20, long: 300))", "--seed", "1",
          ], environment: ["HOME": stage.folder.string, "NO_COLOR": "1"])

        say(
          "schemathesis: \(ended.output.split(separator: "\n").suffix(6).joined(separator: "; "))")
        #expect(ended.code == 0, "\(ended.output.suffix(6_000))")
      }
    }
  }
}
