/// Everything in a script that rules ask for, each with its scene, in the order of the text.
///
/// A class: a script is asked by dozens of rules, and what they are handed is never changed.
final class FlatShell: Sendable {
  let pipelines: [(ShellList.Pipeline, ShellScene)]
  /// `[[ … ]]` counts as one.
  let commands: [(command: SimpleCommand, scene: ShellScene)]
  let compounds: [(CompoundCommand, ShellScene)]
  let chains: [(ShellList.Chain, ShellScene)]

  /// Every `set` and `shopt` of this shell, in the order of the text.
  let settings: [(offset: Int, command: SimpleCommand)]

  /// Where a script that is handed to another shell was not read on; nil when all of it was.
  let unread: Int?

  init(_ statements: ShellList) {
    var unread: Int?
    var pipelines: [(ShellList.Pipeline, ShellScene)] = []
    var commands: [(command: SimpleCommand, scene: ShellScene)] = []
    var compounds: [(CompoundCommand, ShellScene)] = []
    var chains: [(ShellList.Chain, ShellScene)] = []
    let walk = ShellWalk(
      visit: { pipeline, scene in
        pipelines.append((pipeline, scene))
        for command in pipeline.commands {
          switch command {
          case .simple(let simple): commands.append((simple, scene))
          case .compound(let compound):
            compounds.append((compound, scene))
            if let test = compound.asTest { commands.append((test, scene)) }
          }
        }
      },
      visitChain: { chains.append(($0, $1)) }, visitUnread: { unread = unread ?? $0 })
    walk.list(statements, ShellScene())
    (self.pipelines, self.commands) = (pipelines, commands)
    (self.compounds, self.chains) = (compounds, chains)
    settings = Self.settings(among: commands)
    self.unread = unread
  }

  static func settings(
    among commands: [(command: SimpleCommand, scene: ShellScene)]
  ) -> [(offset: Int, command: SimpleCommand)] {
    commands.filter {
      ($0.command.program == "set" || $0.command.program == "shopt") && !$0.scene.isRemote
    }
    .map { ($0.command.offset + $0.scene.base, $0.command) }.sorted { $0.0 < $1.0 }
  }
}
