import Diagnostics
import Testing
import WorkflowLint

/// Production is declared, and found however a command is written.
struct RecognitionTests {
  private static let declared =
    "kubectl apply, ./deploy.sh, helm upgrade, terraform apply, make deploy"

  private static func outcome(of script: String, _ declared: String = declared) -> LintOutcome {
    let settings = LintSettingsReader.read(
      "lint:\n  production:\n    commands: [\(declared)]\n", file: "pawl.yaml"
    ).settings
    let lines = script.split(separator: "\n").map { "          \($0)\n" }.joined()
    return Lint(settings: settings, facts: Facts()).run([
      Lint.Input(
        path: ".gitea/workflows/ci.yml",
        content: .text(
          "name: CI\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n\(lines)"))
    ])
  }

  @Test(arguments: [
    "kubectl apply -f k.yml", "kubectl -n prod apply -f k.yml",
    "kubectl --context prod --request-timeout=5s apply -f k.yml", "/usr/bin/kubectl apply -f k",
    "helm --namespace p upgrade a b", "terraform -chdir=infra apply -auto-approve",
    "./deploy.sh x", "bash ./deploy.sh x", "sh -e ./deploy.sh", "bash -euo pipefail ./deploy.sh",
    "bash deploy.sh && ./deploy.sh", ". ./deploy.sh", "source ./deploy.sh prod",
    #""$GITHUB_WORKSPACE/deploy.sh""#, "${{ github.workspace }}/deploy.sh",
    "cat tenants | xargs -n1 ./deploy.sh", "xargs -I {} bash ./deploy.sh {} <tenants",
    "flock /tmp/l ./deploy.sh", "flock -w 60 /tmp/l -c './deploy.sh x'",
    "timeout 10m flock /tmp/l bash ./deploy.sh", "D=./deploy.sh; $D", "D=./deploy.sh\n\"$D\" x",
    "K='kubectl -n prod'; $K apply -f k.yml", "make -C infra deploy", "make test deploy ENV=prod",
  ])
  func `a declared command is found however it is written`(script: String) {
    #expect(Self.outcome(of: script).counts.productionSteps == 1, "\(script)")
  }

  @Test(arguments: [
    "kubectl get pods", "kubectl get apply", "kubectl diff -f apply", "helm list upgrade",
    "cat ./deploy.sh", "shellcheck ./deploy.sh", "chmod +x ./deploy.sh", "bash -n",
    "bash -c 'echo ./deploy.sh'", "./staging/deploy.sh", "echo kubectl apply", "make test",
    "xargs -n1 echo ./deploy.sh", "python3 -m deploy.sh", "terraform plan apply",
  ])
  func `what only names a declared command is no production`(script: String) {
    #expect(Self.outcome(of: script).counts.productionSteps == 0, "\(script)")
  }

  @Test(arguments: [
    ("pawl deploy --sha \"$GITHUB_SHA\"", "pawl deploy"),
    ("timeout 90m pawl deploy --sha x", "pawl deploy"),
    ("./deploy.sh prod", "./deploy.sh, ./deploy.sh prod"),
  ])
  func `every declaration that a command answers to counts as matched`(
    script: String, declared: String
  ) {
    let rules = Self.outcome(of: script, declared).findings.map(\.rule.text)

    #expect(!rules.contains("production-unmatched"))
  }
}
