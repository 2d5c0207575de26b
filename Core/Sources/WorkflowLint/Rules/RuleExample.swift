/// An example of a rule's page, as files.
///
/// ```
/// ==> on gitea=1.22.6
/// ==> .gitea/workflows/ci.yml
/// on: push
/// name: a/b  # ← here
/// ```
///
/// A line that must be found ends in `# ← here`, which is taken away before it is linted. Lines that
/// begin with `==>` say the target, or the file that what follows is: a workflow, `pawl.yaml`,
/// `facts.yaml`, or a file of the base revision under `base/`. Without any it is one workflow.
public struct RuleExample: Sendable {
  public struct File: Sendable {
    public let path: String
    public var text: String
    /// The lines that must be found, from 1.
    public var marked: [Int]
  }

  public private(set) var files: [File] = []
  /// As it is typed after `--target`.
  public private(set) var targets: [String] = []

  static let marker = "# ← here"
  static let defaultPath = ".gitea/workflows/ci.yml"

  public init(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("==> on ") {
        targets += line.dropFirst(7).split(separator: " ").map(String.init)
      } else if line.hasPrefix("==> ") {
        files.append(File(path: String(line.dropFirst(4)), text: "", marked: []))
      } else {
        add(line)
      }
    }
    for index in files.indices where files[index].text.hasSuffix("\n\n") {
      files[index].text.removeLast()
    }
  }

  private mutating func add(_ line: Substring) {
    if files.isEmpty { files.append(File(path: Self.defaultPath, text: "", marked: [])) }
    let last = files.count - 1
    var line = line
    if line.hasSuffix(Self.marker) {
      line = line.dropLast(Self.marker.count)
      while line.hasSuffix(" ") { line = line.dropLast() }
      files[last].marked.append(files[last].text.utf8.count { $0 == UInt8(ascii: "\n") } + 1)
    }
    files[last].text += line + "\n"
  }

  public func file(_ path: String) -> File? { files.first { $0.path == path } }
}

extension RuleExample {
  /// What is declared as production where an example has no `pawl.yaml`.
  public static let production = """
    lint:
      production:
        hosts: [api.example.com]
        endpoints: [/redeploy-fleet]
        commands: [kubectl apply, ./deploy.sh]
    """

  /// What the example changes, as a diff that adds every line of its files.
  public var diff: Diff {
    Diff(
      files: files.filter { !$0.path.hasPrefix("base/") }.map { file in
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        return Diff.File(
          path: file.path,
          status: self.file("base/" + file.path) == nil ? .added : .modified,
          added: zip(1..., lines).map { Diff.Line(number: $0, text: String($1)) })
      })
  }
}
