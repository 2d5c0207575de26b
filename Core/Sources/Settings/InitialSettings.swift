public import Vocabulary

/// The first pawl.yaml of a delivery: short, commented, and accepted as it stands.
public struct InitialSettings: Sendable {
  /// One image, and the repository it lies in.
  public struct Image: Hashable, Sendable {
    public let name: ImageName
    public let repository: RepositoryName

    public init(name: ImageName, repository: RepositoryName) {
      self.name = name
      self.repository = repository
    }
  }

  private let delivery: DeliveryName
  private let repository: GitLocation
  private let registry: RegistryHost
  private let images: [Image]
  private let tenants: [Tenant]

  /// The last image is the one that tenants run.
  /// - Precondition: there is at least one image and one tenant.
  public init(
    delivery: DeliveryName = "platform", repository: GitLocation = ".",
    registry: RegistryHost = "127.0.0.1:5000",
    images: [Image] = [Image(name: "platform", repository: "acme/platform")],
    tenants: [Tenant] = [
      Tenant(slug: "first", address: "http://127.0.0.1:8801"),
      Tenant(slug: "second", address: "http://127.0.0.1:8802"),
    ]
  ) {
    precondition(!images.isEmpty, "a release set has at least one image")
    precondition(!tenants.isEmpty, "a fleet has at least one tenant")
    self.delivery = delivery
    self.repository = repository
    self.registry = registry
    self.images = images
    self.tenants = tenants
  }

  /// The file, ending with a newline.
  public var text: String {
    """
    # How this service is released. Every key and its default: docs/reference/configuration.md
    delivery: \(quoted(delivery.text))

    source:
      forge: git
      url: \(quoted(repository.text))                # a path, or an https:// or ssh:// address
      branch: main
      # What images say in their label org.opencontainers.image.source; unset, nobody checks:
      # image_source: https://git.example.com/acme/platform

    images:                            # released together: all of them or none
    \(images.map(line).joined(separator: "\n"))

    registries:
      main:
        host: \(quoted(registry.text))
        auth: anonymous                # or: auth: basic, username: NAME, password: {env: VARIABLE}

    channels:                          # tags that pawl moves, by digest, and only forward
      latest: {follows: proven, in: [main]}

    # The checks that must be green on a commit before it moves anything, by their exact names.
    # Report one with: pawl gate report --sha SHA --context "CI / tests" --state success
    # gates:
    #   contexts:
    #     required: ["CI / tests"]
    #     timeout: 60m
    gates: none

    rollout:
      canary: \(canary)
      soak: 60s                        # how long a wave stays proven before the next one starts
      batch: {first: 3, factor: 2, cap: 10%}
      on_failure: halt                 # or: revert

    fleets:
      production:
        driver: processes
        image: \(quoted(images[images.count - 1].name.text))
        tenants:
    \(tenants.map(line).joined(separator: "\n"))

    journal: sqlite:.pawl/journal.db

    """
  }

  /// The first tenant, unless it is the only one.
  private var canary: String {
    tenants.count > 1
      ? "[\(quoted(tenants[0].slug.text))]                # goes first, and alone"
      : "none                     # with one tenant there is nobody to go first"
  }

  private func line(_ image: Image) -> String {
    """
      - name: \(quoted(image.name.text))
        build: \(quoted("{registry}/\(image.repository):staging-{sha}"))
    """
  }

  private func line(_ tenant: Tenant) -> String {
    let labels = tenant.labels.map { "\(quoted($0.key)): \(quoted($0.value))" }
    let suffix = labels.isEmpty ? "" : ", labels: {\(labels.joined(separator: ", "))}"
    return """
            - {slug: \(quoted(tenant.slug.text)), url: \(quoted(tenant.address.text))\(suffix)}
      """
  }

  /// `text` as it is where YAML takes it as it is, in double quotes otherwise.
  private func quoted(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "-") == byte
      } && !text.hasPrefix("-") && text != "null"
    guard !isPlain else { return text }
    let escaped = text.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
  }
}
