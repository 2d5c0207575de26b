import ArgumentParser

/// Plain tools for registries. They need no delivery; where there is a `pawl.yaml`, its logins are used.
struct RegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Look into registries, copy images and set tags.",
    discussion: """
      Credentials come from pawl.yaml for the registries it names, and otherwise from where docker login or \
      podman login has left them. Everything is verified by content, and moved by digest.
      """,
    subcommands: [
      LoginCheckCommand.self, DigestCommand.self, InspectCommand.self, LabelCommand.self,
      CopyCommand.self, TagCommand.self,
    ])
}
