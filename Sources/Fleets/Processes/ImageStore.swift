import Capabilities
import FoundationEssentials
import Subprocess
import SystemPackage
import Vocabulary

/// An image that lies unpacked on this machine, complete.
struct StoredImage: Hashable, Sendable, Codable {
  /// `Entrypoint` followed by `Cmd`.
  let arguments: [String]
  /// `NAME=value`, in order.
  let environment: [String]
}

/// Why an image cannot be run here; it will be no different next time.
struct ImageRefused: Error, Hashable, Sendable {
  let reason: String
}

/// The images of all tenants, unpacked once each, by digest: `images/<algorithm>/<hex>`.
///
/// An image is there when its folder is there: it is made under another name and renamed when it is whole
/// and durable. A lock per digest lets one task of one process fetch it while the others, here and in other
/// processes, wait and then find it.
struct ImageStore: Sendable {
  let folder: FilePath
  let source: any ImageSource
  let patience: Patience
  /// How long to wait for somebody else who fetches the same image.
  let fetchWait: TimeSpan

  /// The most that the layers of one image may weigh together, packed.
  static let layerBytesMax: Int64 = 4 << 30
  static let layersMax = 127
  private static let settingsBytesMax = 1 << 20

  /// What became of a wish for an image.
  enum Preparation: Hashable, Sendable {
    case ready(StoredImage, ImageRoot)
    /// There is no such image, or it cannot be run here; asking again does not help.
    case refused(String)
  }

  /// Lets nobody remove an image while `body` runs; ``prune(keeping:)`` skips its turn then.
  func using<Value>(_ body: () async throws -> Value) async throws -> Value {
    try await blocking { [folder] () throws(Unknown) in try Disk.makeFolders(folder) }
    let lock = FileLock(path: folder.appending("lock"), patience: patience)
    guard let value = try await lock.held(.shared, within: .seconds(30), body) else {
      throw Unknown(.timedOut, "somebody held \(lock.path) for 30s")
    }
    return value
  }

  /// Has the image at hand, fetching and unpacking it if it is not.
  func prepare(_ image: ImageReference, _ digest: Digest) async throws -> Preparation {
    let place = place(of: digest)
    if let stored = try await stored(at: place) { return stored }
    try await blocking { () throws(Unknown) in try Disk.makeFolders(place.removingLastComponent()) }
    let lock = FileLock(path: FilePath(place.string + ".lock"), patience: patience)
    let preparation = try await lock.held(within: fetchWait) {
      if let stored = try await stored(at: place) { return stored }
      return try await fetch(image, to: place)
    }
    guard let preparation else {
      throw Unknown(.timedOut, "somebody else has been fetching \(image) for \(fetchWait)")
    }
    return preparation
  }

  /// Removes every image but those in `digests`, unless somebody is using the store.
  func prune(keeping digests: [Digest]) async throws {
    let lock = FileLock(path: folder.appending("lock"), patience: patience)
    _ = try await lock.held(within: .zero) {
      try await blocking { () throws(Unknown) in
        for algorithm in Digest.Algorithm.allCases {
          let shelf = folder.appending(algorithm.rawValue)
          let kept = digests.filter { $0.algorithm == algorithm }.map(\.hex)
          for name in try Disk.names(in: shelf) ?? [] where !kept.contains(name.stem) {
            try Disk.removeTree(shelf.appending(name))
          }
        }
      }
    }
  }

  private func place(of digest: Digest) -> FilePath {
    folder.appending(digest.algorithm.rawValue).appending(digest.hex)
  }

  private func stored(at place: FilePath) async throws -> Preparation? {
    try await blocking { () throws(Unknown) in
      let settings = place.appending("run.json")
      guard let bytes = try Disk.read(settings, bytesMax: Self.settingsBytesMax) else { return nil }
      do {
        let image = try JSONDecoder().decode(StoredImage.self, from: Data(bytes))
        return .ready(image, ImageRoot(path: place.appending("rootfs")))
      } catch {
        throw Unknown(
          .malformed,
          "expected the settings of an image in \(settings), found something else: "
            + "remove the folder \(place) and repeat")
      }
    }
  }

  private func fetch(_ image: ImageReference, to place: FilePath) async throws -> Preparation {
    let runnable: RunnableImage
    switch await source.runnable(image) {
    case .found(let found): runnable = found
    case .absent: return .refused("there is no image \(image)")
    case .unknown(let unknown): throw unknown
    }
    if let objection = Self.objection(to: runnable) { return .refused("\(image): \(objection)") }
    let partial = FilePath(place.string + ".partial")
    let root = partial.appending("rootfs")
    // Whoever left a partial one held the lock that we hold now, and is dead.
    try await blocking { () throws(Unknown) in
      try Disk.removeTree(partial)
      try Disk.makeFolders(root)
    }
    do {
      for layer in runnable.layers { try await add(layer, of: image, to: root, by: partial) }
    } catch let refused as ImageRefused {
      try await blocking { () throws(Unknown) in try Disk.removeTree(partial) }
      return .refused("\(image): \(refused.reason)")
    }
    try await finish(runnable, partial: partial, place: place)
    return try await stored(at: place) ?? .refused("\(image): it was removed while it was fetched")
  }

  /// Fetches one layer and lays it over those below. Nothing is unpacked before its digest was verified.
  private func add(
    _ layer: RunnableImage.Layer, of image: ImageReference, to root: FilePath, by partial: FilePath
  ) async throws {
    let (archive, unpacked) = (partial.appending("layer.tar"), partial.appending("layer"))
    try await download(layer, in: image.location, to: archive)
    try await blocking { () throws(Unknown) in try Disk.makeFolder(unpacked) }
    let packing = Packing(mediaType: layer.mediaType)
    switch try await SystemCommand.status(of: .unpack(archive, packed: packing, into: unpacked)) {
    case .exited(0): break
    case .exited(let code):
      throw ImageRefused(
        reason:
          "its layer \(layer.digest.short) cannot be unpacked (tar ended with \(code)): it is no "
          + "archive, a name in it leads outside, or there is no room")
    case .signaled(let signal):
      throw Unknown(.unanswerable, "unpacking \(image) was ended by signal \(signal): repeat it")
    }
    let merged = try await blocking { () throws(Unknown) -> ImageRefused? in
      do {
        try LayerMerge.move(unpacked, into: root)
        try Disk.removeTree(unpacked)
        try Disk.removeTree(archive)
        return nil
      } catch let refused as ImageRefused {
        return refused
      } catch {
        throw error as? Unknown ?? Unknown(.unanswerable, "could not join the layers of \(image)")
      }
    }
    if let merged {
      throw ImageRefused(reason: "its layer \(layer.digest.short): \(merged.reason)")
    }
  }

  private func download(
    _ layer: RunnableImage.Layer, in location: ImageLocation, to archive: FilePath
  ) async throws {
    let file: FileDescriptor
    do throws(Errno) {
      file = try Disk.open(
        archive, .writeOnly, [.create, .truncate], permissions: .ownerReadWrite)
    } catch {
      throw Disk.failure("write", archive, error)
    }
    defer { try? file.close() }
    let answer = await source.layer(layer, in: location) { bytes in try file.writeAll(bytes) }
    switch answer {
    case .found: return
    case .absent:
      throw ImageRefused(reason: "its layer \(layer.digest.short) is not in the registry")
    case .unknown(let unknown): throw unknown
    }
  }

  private func finish(
    _ runnable: RunnableImage, partial: FilePath, place: FilePath
  ) async throws {
    let image = StoredImage(arguments: runnable.arguments, environment: runnable.environment)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let settings = [UInt8](try encoder.encode(image))
    try await blocking { () throws(Unknown) in
      try Disk.replace(partial.appending("run.json"), with: settings)
    }
    try await SystemCommand.perform(.makeDurable(partial))
    try await blocking { () throws(Unknown) in
      try Disk.rename(partial, to: place)
      try Disk.makeDurable(place.removingLastComponent())
    }
  }

  /// Why an image cannot be run by this driver; nil when it can.
  private static func objection(to image: RunnableImage) -> String? {
    if let objection = LaunchCommand.objection(
      arguments: image.arguments, environment: image.environment)
    {
      return objection
    }
    guard image.layers.count <= layersMax else {
      return "expected at most \(layersMax) layers, found \(image.layers.count)"
    }
    var left = layerBytesMax
    for layer in image.layers {
      if case .unsupported(let mediaType) = Packing(mediaType: layer.mediaType) {
        return "expected layers packed as tar or tar+gzip, found \(mediaType): "
          + "build it with gzip compression for this driver"
      }
      guard layer.size >= 0, layer.size <= left else {
        return "its layers are larger than \(layerBytesMax) bytes together"
      }
      left -= layer.size
    }
    return nil
  }
}
