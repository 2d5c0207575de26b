import ArgumentParser
import Presentation
import Registries
import Vocabulary

/// Who we are at a registry, and what we may do there.
struct LoginCheckCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "login-check",
    abstract: "Tell who you are at a registry, and what you may do there.",
    discussion: "--push begins an upload and cancels it; nothing is left behind.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RegistryOptions
  @Argument(
    help: "Repositories, as host/repository.", transform: { try ImageLocation(typed: $0) })
  var repositories: [ImageLocation]
  @Flag(help: "Try pushing too.") var push = false

  func perform(_ console: Console) async throws -> Int32 {
    let report = try await options.withRegistry(
      common, console, to: repositories, written: push ? repositories : [],
      tellsIdentities: false
    ) { registry in
      let answers = await inParallel(repositories) {
        await registry.access(to: $0, pushing: push)
      }
      return LoginReport(Array(zip(repositories, answers)), pushing: push)
    }
    console.answer(report)
    return (report.isAllowed ? ExitStatus.success : .unavailable).rawValue
  }
}

/// The digest a tag stands for.
struct DigestCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "digest", abstract: "Print the digest a tag stands for.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RegistryOptions
  @Argument(help: "host/repository:tag.", transform: { try ImageReference(typed: $0) })
  var reference: ImageReference

  func perform(_ console: Console) async throws -> Int32 {
    let digest = try await options.withRegistry(common, console, to: [reference.location]) {
      try await $0.digest(of: reference).orFail(reference)
    }
    console.answer(DigestReport(reference: reference, digest: digest))
    return ExitStatus.success.rawValue
  }
}

/// What an image says of itself.
struct InspectCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a tag or digest leads to, platform by platform.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RegistryOptions
  @Argument(help: "host/repository:tag or @digest.", transform: { try ImageReference(typed: $0) })
  var reference: ImageReference

  func perform(_ console: Console) async throws -> Int32 {
    let image = try await options.withRegistry(common, console, to: [reference.location]) {
      try await $0.describe(reference, platform: nil).orFail(reference)
    }
    console.answer(ImageReport(reference, image))
    return ExitStatus.success.rawValue
  }
}

/// The value of one label.
struct LabelCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "Print a label of an image's config.",
    discussion: """
      Exits 0 with the value, 23 when the image has no such label, and 69 when that cannot be known. With \
      --all-platforms all images of the index must agree; otherwise it exits 23 and names them.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RegistryOptions
  @Argument(help: "host/repository:tag or @digest.", transform: { try ImageReference(typed: $0) })
  var reference: ImageReference
  @Argument(help: "The label.") var name = "org.opencontainers.image.revision"
  @Option(
    help: "Of this platform's image, such as linux/arm64.",
    transform: { try ImagePlatform(parsing: $0) })
  var platform: ImagePlatform?
  @Flag(help: "Of every platform's image; they must agree.") var allPlatforms = false

  func validate() throws {
    if allPlatforms, platform != nil {
      throw ValidationError("--all-platforms and --platform exclude each other")
    }
  }

  func perform(_ console: Console) async throws -> Int32 {
    let chosen = platform ?? .current
    let image = try await options.withRegistry(
      common, console, to: [reference.location], platform: chosen
    ) { registry in
      try await registry.describe(reference, platform: allPlatforms ? nil : chosen)
        .orFail(reference)
    }
    let report = LabelReport(reference, image, name)
    if let choice = report.choice {
      console.remark(Line("of the image for \(choice)", .quiet))
    }
    console.answer(report)
    return report.value == nil
      ? Conclusion.refused(.unlabelled).exitCode : ExitStatus.success.rawValue
  }
}
