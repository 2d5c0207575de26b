/// What a Package.swift says, read as text: a manifest cannot be evaluated from inside its own tests.
struct Manifest {
  let path: String
  /// The last step of each dependency's address: `swift-collections`.
  let dependencies: [String]
  /// The names of its targets, tests included.
  let targets: [String]

  init(_ file: TextFile) {
    path = file.path
    dependencies = Self.texts(after: "url: \"", in: file.text).map { address in
      String(address.split(separator: "/").last ?? "")
    }
    // A product of another package is named inside `.product(name:`; a target after its own kind.
    let squeezed = file.text.split { $0.isWhitespace }.joined(separator: " ")
    targets = [".target(", ".executableTarget(", ".testTarget("].flatMap { kind in
      Self.texts(after: kind + "name: \"", in: squeezed)
        + Self.texts(after: kind + " name: \"", in: squeezed)
    }
  }

  /// Every text between `opening` and the next quote.
  private static func texts(after opening: String, in text: String) -> [String] {
    text.split(separator: opening, omittingEmptySubsequences: false).dropFirst()
      .compactMap {
        $0.split(separator: "\"", maxSplits: 1, omittingEmptySubsequences: false).first
      }
      .map(String.init)
  }
}

extension Repository {
  /// The manifests of the shell and of the core.
  var manifests: [Manifest] {
    ["Package.swift", "Core/Package.swift"].compactMap(file).map(Manifest.init)
  }
}
