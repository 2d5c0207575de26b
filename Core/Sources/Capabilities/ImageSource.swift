public import Vocabulary

/// Hands out the content of images to drivers that run them without an engine of their own.
public protocol ImageSource: Sendable {
  /// The process settings and layers of the image at `reference`, for this machine's platform.
  func runnable(_ reference: ImageReference) async -> Reading<RunnableImage>

  /// Streams a layer's bytes, as stored (compressed or not), into `sink` in order; found means that all
  /// of them were delivered and their size and digest are right. The sink's content is worthless otherwise.
  func layer(
    _ layer: RunnableImage.Layer, in location: ImageLocation,
    into sink: @Sendable ([UInt8]) async throws -> Void
  ) async -> Reading<Int64>
}
