import Diagnostics
import MarkedYAML

enum ForbiddenTenantEnvKey: ChangeRule {
  static let about = RuleAbout(
    "forbidden-tenant-env-key", .error, .likely, facts: [.base], setting: .content,
    summary: "An operator's credential is written into the environment of a tenant.",
    why: """
      Whoever breaks into one tenant then holds the key to the forge or to the control plane, and so to \
      all of them. The names say `lint.content.forbidden-keys` and `forbidden-key-prefixes`, the files \
      that write environments `tenant-files`.
      """,
    advice:
      "Give the tenant a credential of its own, scoped to it. Tables that redact are left out by `exempt`.",
    bad: [
      """
      ==> pawl.yaml
      lint:
        content: {forbidden-keys: [FORGE_TOKEN], tenant-files: ["src/tenant/**"]}
      ==> base/src/tenant/env.py
      env = {}
      ==> src/tenant/env.py
      env = {}
      env["FORGE_TOKEN"] = operator.token  # ← here
      """
    ],
    good: [
      """
      ==> pawl.yaml
      lint:
        content: {forbidden-keys: [FORGE_TOKEN], tenant-files: ["src/tenant/**"]}
      ==> base/src/tenant/env.py
      env = {}
      ==> src/tenant/env.py
      env = {}
      env["TENANT_TOKEN"] = tenant.token
      ==> src/operator/main.py
      token = os.environ["FORGE_TOKEN"]
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    let content = change.settings.content
    for file in change.diff.files {
      guard content.tenantFiles.contains(where: { $0.matches(file.path) }),
        !content.exempt.contains(where: { $0.matches(file.path) })
      else { continue }
      let source = SourceText(path: file.path, text: "")
      for line in file.added {
        guard let name = quotedName(in: line.text, content) else { continue }
        report.report(
          source, YAMLMark(line: line.number, column: 1),
          "the operator's '\(name)' is written where tenants' environments are made",
          hint: "a credential of the tenant's own")
      }
    }
  }

  /// A forbidden name in quotes.
  private static func quotedName(in line: String, _ content: ContentSettings) -> String? {
    let pieces = line.split(whereSeparator: { "\"'`".contains($0) }).map(String.init)
    guard pieces.count > 1 else { return nil }
    return pieces.dropFirst().first { piece in
      content.forbiddenKeys.contains(piece)
        || content.forbiddenKeyPrefixes.contains { piece.hasPrefix($0) }
    }
  }
}
