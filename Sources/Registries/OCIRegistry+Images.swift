public import Vocabulary

extension OCIRegistry {
  public func runnable(_ reference: ImageReference) async -> Reading<RunnableImage> {
    let manifest =
      switch reference.selector {
      case .digest(let digest): await reader.manifest(digest, in: reference.location)
      case .tag: await reader.manifest(reference)
      }
    switch manifest {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(let manifest):
      do throws(Unknown) {
        let image = try await reader.image(manifest, in: reference.location)
        return .found(try image.runnable(reference))
      } catch {
        return .unknown(error)
      }
    }
  }

  public func layer(
    _ layer: RunnableImage.Layer, in location: ImageLocation,
    into sink: @Sendable ([UInt8]) async throws -> Void
  ) async -> Reading<Int64> {
    guard layer.size >= 0 else {
      return .unknown(
        Unknown(.malformed, "\(location.at(layer.digest)): expected a size, found \(layer.size)"))
    }
    return await client.download(layer.digest, size: layer.size, in: location, into: sink)
  }
}
