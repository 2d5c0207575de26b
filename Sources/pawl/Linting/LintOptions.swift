import ArgumentParser
import Diagnostics
import WorkflowLint

/// How findings are told.
enum LintFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case sarif
  case github
  case gitea
}

/// From which severity on findings fail the command.
enum LintThreshold: String, ExpressibleByArgument, CaseIterable {
  case error
  case warning
  case note
  case never

  var severity: Finding.Severity? {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    case .never: nil
    }
  }
}

/// Which fixes are made.
enum LintRepair: String, ExpressibleByArgument, CaseIterable {
  case safe
  case all
}

/// The name of a rule.
struct RuleName: ExpressibleByArgument {
  let text: String

  init?(argument: String) {
    guard RuleCatalogue.names.contains(argument) else { return nil }
    text = argument
  }

  static var defaultCompletionKind: CompletionKind { .list(RuleCatalogue.names) }
}

/// A server, as it is typed: `gitea=1.26`.
struct ServerName: ExpressibleByArgument {
  let target: Target

  init?(argument: String) {
    guard let target = Target(argument) else { return nil }
    self.target = target
  }
}

/// What a generated workflow does.
enum WorkflowKind: String, ExpressibleByArgument, CaseIterable {
  case deliver
  case rollback
  case check

  var kind: GeneratedWorkflow.Kind {
    switch self {
    case .deliver: .deliver
    case .rollback: .rollback
    case .check: .check
    }
  }
}
