// swift-tools-version: 6.2
import PackageDescription

// A package of its own: unsafe flags are only allowed in a root package, and nobody else builds this.
let package = Package(
  name: "fuzz-lint",
  dependencies: [.package(path: "../../Core")],
  targets: [
    .executableTarget(
      name: "fuzz-lint",
      dependencies: [.product(name: "WorkflowLint", package: "Core")],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ]
)
