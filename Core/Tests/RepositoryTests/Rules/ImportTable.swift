/// What one target may import: a row of the table in ARCHITECTURE.md.
struct TargetRow {
  let name: String
  /// A target imports only ours from lower floors, so no arrow can point upward.
  let floor: Int
  /// Where its sources lie.
  let folder: String
  /// Targets of this repository.
  let ours: [String]
  /// Modules of dependencies.
  var theirs: [String] = []
  /// Modules of the toolchain and the system, Foundation apart.
  var system: [String] = []
  /// Why it needs Foundation; nil where it may not have it.
  var foundationFor: String?

  /// Everything in ``theirs`` and ``system``, and Foundation where it is allowed.
  var others: [String] { theirs + system + (foundationFor == nil ? [] : ["Foundation"]) }

  func allows(_ module: String) -> Bool {
    if ["Foundation", "FoundationEssentials"].contains(module) { return foundationFor != nil }
    return ours.contains(module) || theirs.contains(module) || system.contains(module)
  }
}

extension TargetRow {
  /// Every target there is, from the ground up. A new import is a row changed here and in ARCHITECTURE.md.
  static let table: [TargetRow] = [
    TargetRow(name: "Vocabulary", floor: 1, folder: "Core/Sources/Vocabulary", ours: []),
    TargetRow(name: "Diagnostics", floor: 1, folder: "Core/Sources/Diagnostics", ours: []),
    TargetRow(
      name: "MarkedYAML", floor: 1, folder: "Core/Sources/MarkedYAML", ours: [], theirs: ["CYaml"]),
    TargetRow(name: "PlainCoding", floor: 1, folder: "Core/Sources/PlainCoding", ours: []),
    TargetRow(
      name: "Capabilities", floor: 2, folder: "Core/Sources/Capabilities", ours: ["Vocabulary"]),
    TargetRow(
      name: "Decisions", floor: 2, folder: "Core/Sources/Decisions", ours: ["Vocabulary"],
      theirs: ["OrderedCollections", "HashTreeCollections"]),
    TargetRow(
      name: "Settings", floor: 2, folder: "Core/Sources/Settings",
      ours: ["Vocabulary", "MarkedYAML", "Diagnostics"]),
    TargetRow(
      name: "WorkflowLint", floor: 2, folder: "Core/Sources/WorkflowLint",
      ours: ["MarkedYAML", "Diagnostics"]),
    TargetRow(
      name: "Transport", floor: 2, folder: "Sources/Transport", ours: ["Vocabulary"],
      theirs: ["AsyncHTTPClient", "DequeModule", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL"],
      system: ["Dispatch", "Glibc", "Synchronization"]),
    TargetRow(
      name: "Control", floor: 3, folder: "Core/Sources/Control",
      ours: ["Vocabulary", "PlainCoding", "Capabilities", "Decisions"]),
    TargetRow(
      name: "Registries", floor: 3, folder: "Sources/Registries",
      ours: ["Vocabulary", "Capabilities", "Transport"],
      theirs: ["Crypto", "Subprocess", "SystemPackage"],
      system: ["Synchronization"], foundationFor: "manifests and configs are JSON"),
    TargetRow(
      name: "Forges", floor: 3, folder: "Sources/Forges",
      ours: ["Vocabulary", "Capabilities", "Transport"],
      theirs: ["Crypto", "JWTKit", "Subprocess", "SystemPackage"],
      system: ["Glibc", "Musl", "Darwin", "Synchronization"],
      foundationFor: "answers are JSON, and the mirror is a folder that is made and looked into"),
    TargetRow(
      name: "Measurements", floor: 3, folder: "Sources/Measurements",
      ours: ["Vocabulary", "Capabilities", "Transport"], foundationFor: "answers are JSON"),
    TargetRow(
      name: "Fleets", floor: 3, folder: "Sources/Fleets",
      ours: ["Vocabulary", "MarkedYAML", "Capabilities", "Decisions", "Transport"],
      theirs: ["Crypto", "Subprocess", "SystemPackage"],
      system: ["Dispatch", "Glibc", "Synchronization"],
      foundationFor: "`/buildinfo` and the process driver's records are JSON"),
    TargetRow(
      name: "Server", floor: 4, folder: "Sources/Server",
      ours: ["Vocabulary", "Capabilities", "Decisions", "Control", "Fleets"],
      theirs: [
        "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "ServiceLifecycle", "UnixSignals",
        "Logging",
        "Crypto",
        "OrderedCollections",
      ],
      system: ["Synchronization"], foundationFor: "orders and answers are JSON"),
    TargetRow(
      name: "Journaling", floor: 4, folder: "Sources/Journaling",
      ours: ["Vocabulary", "Decisions", "Control", "Forges"],
      theirs: ["GRDB", "GRDBSQLite", "Crypto", "CPostgreSQL"],
      system: ["CoreFoundation", "Glibc", "Synchronization"],
      foundationFor: "records are stored as JSON"),
    TargetRow(name: "CPostgreSQL", floor: 1, folder: "Sources/CPostgreSQL", ours: []),
    TargetRow(
      name: "Simulation", floor: 4, folder: "Core/Sources/Simulation",
      ours: ["Vocabulary", "Decisions", "Control"], theirs: ["OrderedCollections"],
      system: ["Synchronization"]),
    TargetRow(
      name: "Presentation", floor: 4, folder: "Sources/Presentation",
      ours: ["Vocabulary", "Diagnostics", "Decisions", "Settings", "Control"],
      theirs: ["OrderedCollections"], foundationFor: "`--json`"),
    TargetRow(
      name: "pawl", floor: 5, folder: "Sources/pawl",
      ours: [
        "Vocabulary", "Diagnostics", "Capabilities", "Decisions", "Settings", "Transport",
        "Control", "Simulation", "Registries", "Forges", "Measurements", "Fleets", "Journaling",
        "Server", "Presentation", "WorkflowLint",
      ],
      theirs: ["ArgumentParser", "Crypto", "OrderedCollections", "UnixSignals"],
      system: ["CoreFoundation", "Dispatch", "Glibc", "Synchronization"],
      foundationFor: "`--json` and the files a person names"),
    TargetRow(
      name: "sample-tenant", floor: 5, folder: "Examples/tenant", ours: [], system: ["Glibc"]),
    TargetRow(
      name: "forge-calls-benchmark", floor: 5, folder: "Benchmarks/forge-calls",
      ours: ["Vocabulary", "Capabilities", "Decisions", "Transport", "Forges"],
      theirs: ["TestSupport"]),
    TargetRow(
      name: "rule-pages", floor: 5, folder: "Core/Tools/rule-pages", ours: ["WorkflowLint"],
      system: ["Glibc"]),
    TargetRow(
      name: "lint-benchmark", floor: 5, folder: "Core/Benchmarks/lint",
      ours: ["WorkflowLint", "Diagnostics"],
      system: ["Glibc"]),
    TargetRow(
      name: "journal-benchmark", floor: 5, folder: "Benchmarks/journal",
      ours: ["Vocabulary", "Decisions", "Control", "Journaling"], system: ["Glibc"]),
    TargetRow(
      name: "simulation-benchmark", floor: 5, folder: "Core/Benchmarks/simulation",
      ours: ["Vocabulary", "Simulation"], system: ["Glibc"]),
  ]
}
