import Capabilities
import Synchronization
import Vocabulary

/// Images that lie in memory, each under a digest that the test makes up.
final class MemoryImages: ImageSource {
  struct Image: Sendable {
    var arguments = ["/app/tenant"]
    var environment: [String] = []
    var layers: [[UInt8]] = []
    var mediaType = "application/vnd.oci.image.layer.v1.tar"
  }

  static let location: ImageLocation = "registry.test/acme/platform-tenant"

  private let images = Mutex<[Digest: Image]>([:])
  private let fetches = Mutex<[Digest]>([])
  private let failure = Mutex<Unknown?>(nil)

  /// Puts an image under the digest whose digits all are `digit`.
  func add(_ digit: Character, _ image: Image) -> Digest {
    let digest = Self.digest(digit)
    images.withLock { $0[digest] = image }
    return digest
  }

  func remove(_ digest: Digest) { images.withLock { _ = $0.removeValue(forKey: digest) } }

  /// From now on every layer ends with this instead of the rest of its bytes.
  func failLayers(with unknown: Unknown?) { failure.withLock { $0 = unknown } }

  /// The images asked for so far, in order.
  var asked: [Digest] { fetches.withLock { $0 } }

  static func digest(_ digit: Character) -> Digest {
    Digest(normalized: "sha256:" + String(repeating: digit, count: 64))
  }

  func runnable(_ reference: ImageReference) async -> Reading<RunnableImage> {
    guard case .digest(let digest) = reference.selector else {
      return .unknown(Unknown(.unanswerable, "expected a digest"))
    }
    fetches.withLock { $0.append(digest) }
    guard let image = images.withLock({ $0[digest] }) else { return .absent }
    let layers = image.layers.enumerated().map { index, bytes in
      RunnableImage.Layer(
        digest: Self.layer(index, of: digest), size: Int64(bytes.count),
        mediaType: image.mediaType)
    }
    return .found(
      RunnableImage(
        digest: digest, arguments: image.arguments, environment: image.environment,
        workingDirectory: nil, layers: layers))
  }

  func layer(
    _ layer: RunnableImage.Layer, in location: ImageLocation,
    into sink: @Sendable ([UInt8]) async throws -> Void
  ) async -> Reading<Int64> {
    let bytes = images.withLock { images in
      images.lazy.flatMap { digest, image in
        image.layers.enumerated().lazy.filter { Self.layer($0.offset, of: digest) == layer.digest }
      }.first?.element
    }
    guard let bytes else { return .absent }
    do {
      if let failure = failure.withLock({ $0 }) {
        try await sink(Array(bytes.prefix(100)))
        return .unknown(failure)
      }
      for start in stride(from: 0, to: bytes.count, by: 65_536) {
        try await sink(Array(bytes[start..<min(start + 65_536, bytes.count)]))
      }
      return .found(Int64(bytes.count))
    } catch {
      return .unknown(Unknown(.unanswerable, "the bytes were not taken"))
    }
  }

  /// A digest of its own for each layer of each image.
  private static func layer(_ index: Int, of image: Digest) -> Digest {
    let digits = String(index, radix: 16)
    return Digest(normalized: "sha256:" + image.hex.dropLast(digits.count) + digits)
  }
}
