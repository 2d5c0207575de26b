extension ShellCommand {
  var simple: SimpleCommand? { if case .simple(let command) = self { command } else { nil } }

  /// A simple command, or `[[ … ]]` as one.
  var simpleOrTest: SimpleCommand? {
    switch self {
    case .simple(let command): command
    case .compound(let compound): compound.asTest
    }
  }
}

extension ShellList.Pipeline {
  /// Where its first command begins.
  var offset: Int? {
    switch commands.first {
    case .simple(let simple): simple.offset
    case .compound(let compound): compound.offset
    case nil: nil
    }
  }
}

extension ShellScript {
  /// Every `a && b || c`, those in substitutions too.
  func eachChain(
    inSubstitutions: Bool = false, _ visit: (ShellList.Chain, ShellScene) -> Void
  ) {
    if let flat {
      for (chain, scene) in flat.chains where !inSubstitutions || scene.isSubstitution {
        visit(chain, scene)
      }
      return
    }
    withoutActuallyEscaping(visit) { visit in
      ShellWalk(
        visit: { _, _ in },
        visitChain: { chain, scene in
          if !inSubstitutions || scene.isSubstitution { visit(chain, scene) }
        }
      ).list(statements, ShellScene())
    }
  }

  /// Every compound command.
  func eachCompound(_ visit: (CompoundCommand, ShellScene) -> Void) {
    if let flat {
      for (command, scene) in flat.compounds { visit(command, scene) }
      return
    }
    eachPipeline { pipeline, scene in
      for case .compound(let command) in pipeline.commands { visit(command, scene) }
    }
  }
}
