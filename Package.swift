// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func core(_ name: String) -> Target.Dependency { .product(name: name, package: "Core") }

let asyncHTTPClient: Target.Dependency = .product(
  name: "AsyncHTTPClient", package: "async-http-client")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let orderedCollections: Target.Dependency = .product(
  name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "pawl",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "pawl", targets: ["pawl"])],
  traits: [
    .trait(name: "PostgreSQL", description: "The journal in a PostgreSQL database, through libpq."),
    .default(enabledTraits: ["PostgreSQL"]),
  ],
  dependencies: [
    .package(path: "Core"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    .target(
      name: "Transport",
      dependencies: [
        core("Vocabulary"), asyncHTTPClient, nio, nioHTTP, nioPosix, nioSSL,
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .target(
      name: "Registries",
      dependencies: [
        "Transport", core("Capabilities"), core("Vocabulary"), crypto, subprocess, system,
      ],
      swiftSettings: settings),
    .target(
      name: "Forges",
      dependencies: [
        "Transport", core("Capabilities"), core("Vocabulary"), crypto, subprocess, system,
        .product(name: "JWTKit", package: "jwt-kit"),
      ],
      swiftSettings: settings),
    .target(
      name: "Measurements",
      dependencies: ["Transport", core("Capabilities"), core("Vocabulary")],
      swiftSettings: settings),
    .target(
      name: "Fleets",
      dependencies: [
        "Transport", core("Capabilities"), core("Decisions"), core("MarkedYAML"),
        core("Vocabulary"),
        crypto, subprocess, system,
      ],
      exclude: [
        "Command/README.md", "ControlPlane/README.md", "Docker/README.md", "Kubernetes/README.md",
        "Processes/README.md", "Swarm/README.md",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "sample-tenant", path: "Examples/tenant", exclude: ["README.md"],
      swiftSettings: settings),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(
      name: "Journaling",
      dependencies: [
        "Forges", core("Control"), core("Decisions"), core("Vocabulary"), crypto,
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .target(name: "CPostgreSQL", condition: .when(traits: ["PostgreSQL"])),
      ],
      exclude: ["SQLite/README.md", "Git/README.md", "PostgreSQL/README.md"],
      swiftSettings: settings),
    .executableTarget(
      name: "journal-benchmark",
      dependencies: ["Journaling", core("Control"), core("Decisions"), core("Vocabulary")],
      path: "Benchmarks/journal", exclude: ["run"], swiftSettings: settings),
    .target(
      name: "Presentation",
      dependencies: [
        core("Vocabulary"), core("Diagnostics"), core("Decisions"), core("Control"),
        core("Settings"), orderedCollections,
      ],
      swiftSettings: settings),
    .target(
      name: "Server",
      dependencies: [
        "Fleets", core("Capabilities"), core("Control"), core("Decisions"), core("Vocabulary"),
        crypto,
        orderedCollections, nio,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "pawl",
      dependencies: [
        "Transport", "Registries", "Forges", "Measurements", "Fleets", "Journaling", "Presentation",
        "Server",
        core("Vocabulary"), core("Diagnostics"), core("Capabilities"), core("Decisions"),
        core("Control"), core("Settings"), core("Simulation"), core("WorkflowLint"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        orderedCollections, crypto,
      ],
      swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: [
        "Transport", core("Capabilities"), core("Decisions"), core("Vocabulary"), subprocess,
        system,
        nio, nioHTTP, nioPosix, crypto,
      ],
      path: "Tests/TestSupport", swiftSettings: settings),
    .executableTarget(
      name: "forge-calls-benchmark",
      dependencies: [
        "Forges", "Transport", "TestSupport", core("Capabilities"), core("Decisions"),
        core("Vocabulary"),
      ],
      path: "Benchmarks/forge-calls", exclude: ["README.md"], swiftSettings: settings),
    .testTarget(
      name: "TransportTests",
      dependencies: [
        "Transport", "TestSupport", core("Vocabulary"), nio, nioEmbedded, nioHTTP,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "RegistriesTests",
      dependencies: [
        "Registries", "Transport", "TestSupport", core("Capabilities"), core("Control"),
        core("Decisions"), core("Vocabulary"), orderedCollections, subprocess, system,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ForgesTests",
      dependencies: [
        "Forges", "Measurements", "Transport", "TestSupport", core("Capabilities"),
        core("Vocabulary"), crypto, subprocess, system,
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "MeasurementsTests",
      dependencies: ["Measurements", "Transport", "TestSupport", core("Vocabulary")],
      swiftSettings: settings),
    .testTarget(
      name: "FleetsTests",
      dependencies: [
        "pawl", "Fleets", "Server", "Transport", "TestSupport", core("Capabilities"),
        core("Control"), core("Decisions"), core("Vocabulary"), subprocess, system,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ServerTests", dependencies: ["Server", core("Decisions"), core("Vocabulary")],
      swiftSettings: settings),
    .testTarget(
      name: "JournalingTests",
      dependencies: [
        "Journaling", "Transport", "TestSupport", core("Control"), core("Decisions"),
        core("PlainCoding"), core("Vocabulary"), subprocess, system, nio, nioHTTP, nioPosix,
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "PresentationTests",
      dependencies: [
        "Presentation", core("Decisions"), core("Vocabulary"), core("Control"), orderedCollections,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "pawl", "TestSupport", core("Vocabulary"), subprocess, system,
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: settings),
  ]
)
