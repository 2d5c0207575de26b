import Transport
public import Vocabulary

/// Looks at a tenant from outside: which commit it says it serves, and whether it is well.
///
/// One call is one look. Patience with a tenant that is still settling belongs to whoever asks.
public struct BuildInfoProber: Sendable {
  /// How much of an answer is read.
  public static let bytesMax = 64 * 1024
  /// How many addresses of one tenant are asked, all of them in each look.
  public static let instancesMax = 16
  /// How long one page may take.
  public static let timeMax = TimeSpan.seconds(5)

  private let path: WebPath
  private let field: String
  private let prefix: String
  private let healthPath: WebPath?
  private let images: KnownImages?
  private let key: ProofKey?
  private let nonce: @Sendable () -> String
  private let fetch: any HTTPFetch

  /// - Parameters:
  ///   - path: answers a JSON object.
  ///   - field: holds the full commit in that object.
  ///   - prefix: stands before it there.
  ///   - images: tells of which commit an image is, where a tenant names the image it runs; nil where it
  ///     names its commit.
  ///   - healthPath: answers 2xx when the tenant is well; nil when a tenant has no such page.
  ///   - key: what a tenant has to know for its word to count; nil takes every tenant's word.
  public init(
    path: WebPath = "/buildinfo", field: String = "git_sha", prefix: String = "",
    images: KnownImages? = nil, healthPath: WebPath? = "/health", key: ProofKey? = nil,
    fetch: any HTTPFetch
  ) {
    self.init(
      path: path, field: field, prefix: prefix, images: images, healthPath: healthPath, key: key,
      nonce: ProofKey.systemNonce, fetch: fetch)
  }

  /// - Parameter nonce: makes one that was never used before.
  init(
    path: WebPath = "/buildinfo", field: String = "git_sha", prefix: String = "",
    images: KnownImages? = nil, healthPath: WebPath? = "/health", key: ProofKey?,
    nonce: @escaping @Sendable () -> String,
    fetch: any HTTPFetch
  ) {
    self.path = path
    self.field = field
    self.prefix = prefix
    self.images = images
    self.healthPath = healthPath
    self.key = key
    self.nonce = nonce
    self.fetch = fetch
  }

  /// One look at the tenant that answers at `address`: at every instance of it, where its name has several
  /// addresses.
  public func observe(_ address: HTTPAddress) async -> Observation {
    let instances: [IPAddress]
    switch await fetch.instances(of: address) {
    case .success(let found): instances = found
    case .failure(let unknown): return .unreachable(unknown)
    }
    guard instances.count > 1 else { return await look(at: address, instances.first) }
    guard instances.count <= Self.instancesMax else {
      let sentence =
        "\(address): expected at most \(Self.instancesMax) addresses, found \(instances.count): "
        + "name the instances as tenants of their own"
      return .unreachable(Unknown(.unanswerable, sentence))
    }
    let looks = await withTaskGroup(of: InstanceLook.self) { group in
      for instance in instances {
        group.addTask { InstanceLook(instance, await look(at: address, instance)) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    return Observation(joining: looks)
  }

  private func look(at address: HTTPAddress, _ instance: IPAddress?) async -> Observation {
    let question = key.map { (key: $0, nonce: nonce()) }
    switch await page(path, of: address, instance, asking: question?.nonce) {
    case .failure(let unknown) where unknown.cause == .tooLarge:
      return .unidentified("the body is larger than \(Self.bytesMax / 1024) KiB")
    case .failure(let unknown):
      return .unreachable(unknown)
    case .success(let page) where page.status != 200:
      return .unreachable(
        Unknown(
          Self.cause(of: page.status),
          "expected status 200 from \(address)\(path), found \(page.status)"))
    case .success(let page):
      let naming: BuildInfo.Naming = images == nil ? .commit : .image
      let info =
        question.map {
          BuildInfo(
            body: page.body, field: field, prefix: prefix, naming: naming, nonce: $0.nonce,
            key: $0.key)
        } ?? BuildInfo(body: page.body, field: field, prefix: prefix, naming: naming)
      switch info {
      case .unidentified(let why): return .unidentified(why)
      case .image(let digest):
        let origin = await images?.origin(of: digest)
        switch origin ?? .none("stands where a commit is expected") {
        case .commit(let commit):
          return await isWell(address, instance) ? .running(commit) : .unhealthy(commit)
        case .none(let why): return .unidentified("\(digest) \(why)")
        case .unknown(let unknown):
          return .unidentified("which commit \(digest) is of could not be found out: \(unknown)")
        }
      case .commit(let commit):
        return await isWell(address, instance) ? .running(commit) : .unhealthy(commit)
      }
    }
  }

  private func isWell(_ address: HTTPAddress, _ instance: IPAddress?) async -> Bool {
    guard let healthPath else { return true }
    switch await page(healthPath, of: address, instance) {
    case .success(let page): return (200...299).contains(page.status)
    // Whatever the cause, it did not answer 2xx when it was asked.
    case .failure: return false
    }
  }

  private func page(
    _ path: WebPath, of address: HTTPAddress, _ instance: IPAddress?, asking nonce: String? = nil
  ) async -> Result<FetchedPage, Unknown> {
    guard let target = path.below(address) else {
      return .failure(Unknown(.unanswerable, "\(address) and \(path) are too long together"))
    }
    let answer = await fetch.get(
      target, at: instance, headers: nonce.map { [HTTPHeader(ProofKey.nonceHeader, $0)] } ?? [],
      bytesMax: Self.bytesMax, timeMax: Self.timeMax)
    if case .success(let page) = answer, page.body.count > Self.bytesMax {
      return .failure(Unknown(.tooLarge, "\(target) answered more than \(Self.bytesMax) bytes"))
    }
    return answer
  }

  private static func cause(of status: Int) -> Unknown.Cause {
    switch status {
    case 401: .unauthorized
    case 403: .forbidden
    case 429: .rateLimited
    case 500...599: .serverError
    default: .malformed
    }
  }
}
