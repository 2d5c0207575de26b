// swift-tools-version: 6.2
import PackageDescription

// The core touches no network, disk or process, and cannot import the shell (ARCHITECTURE.md).
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // What decides and what watches it lie in different modules (docs/decisions/0124).
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let package = Package(
  name: "Core",
  products: [
    .library(name: "Vocabulary", targets: ["Vocabulary"]),
    .library(name: "Diagnostics", targets: ["Diagnostics"]),
    .library(name: "Capabilities", targets: ["Capabilities"]),
    .library(name: "Decisions", targets: ["Decisions"]),
    .library(name: "Control", targets: ["Control"]),
    .library(name: "Settings", targets: ["Settings"]),
    .library(name: "WorkflowLint", targets: ["WorkflowLint"]),
    .library(name: "Simulation", targets: ["Simulation"]),
    .library(name: "MarkedYAML", targets: ["MarkedYAML"]),
    .library(name: "PlainCoding", targets: ["PlainCoding"]),
  ],
  traits: [
    .trait(
      name: "WrongDesigns",
      description: "Known wrong designs that the simulator has to find. Never in a release."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "Vocabulary", swiftSettings: settings),
    .target(name: "Diagnostics", swiftSettings: settings),
    .target(name: "PlainCoding", swiftSettings: settings),
    .target(name: "Capabilities", dependencies: ["Vocabulary"], swiftSettings: settings),
    .target(
      name: "Decisions",
      dependencies: [
        "Vocabulary", .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "HashTreeCollections", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .target(
      name: "Control", dependencies: ["Decisions", "Capabilities", "PlainCoding", "Vocabulary"],
      swiftSettings: settings),
    .target(
      name: "Settings",
      dependencies: ["Vocabulary", "Diagnostics", "MarkedYAML"],
      swiftSettings: settings),
    .target(
      name: "MarkedYAML", dependencies: [.product(name: "Yams", package: "Yams")],
      swiftSettings: settings),
    .target(
      name: "WorkflowLint", dependencies: ["Diagnostics", "MarkedYAML"], swiftSettings: settings),
    .target(
      name: "Simulation",
      dependencies: [
        "Control", "Decisions", "Vocabulary",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "simulation-benchmark", dependencies: ["Simulation", "Vocabulary"],
      path: "Benchmarks/simulation",
      swiftSettings: settings),
    .executableTarget(
      name: "lint-benchmark", dependencies: ["WorkflowLint", "Diagnostics"],
      path: "Benchmarks/lint",
      swiftSettings: settings),
    .executableTarget(
      name: "rule-pages", dependencies: ["WorkflowLint"], path: "Tools/rule-pages",
      swiftSettings: settings),
    .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"], swiftSettings: settings),
    .testTarget(name: "PlainCodingTests", dependencies: ["PlainCoding"], swiftSettings: settings),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"], swiftSettings: settings),
    .testTarget(
      name: "DecisionsTests",
      dependencies: [
        "Decisions", "Vocabulary",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ControlTests", dependencies: ["Control", "Decisions", "Capabilities", "Vocabulary"],
      swiftSettings: settings),
    .testTarget(
      name: "SettingsTests", dependencies: ["Settings", "Diagnostics", "Vocabulary"],
      swiftSettings: settings),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Simulation", "Control", "Decisions", "Vocabulary",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(name: "MarkedYAMLTests", dependencies: ["MarkedYAML"], swiftSettings: settings),
    .testTarget(
      name: "WorkflowLintTests", dependencies: ["WorkflowLint", "MarkedYAML", "Diagnostics"],
      swiftSettings: settings),
    .testTarget(
      name: "RepositoryTests", dependencies: ["Vocabulary", "WorkflowLint", "Diagnostics"],
      swiftSettings: settings),
  ]
)
