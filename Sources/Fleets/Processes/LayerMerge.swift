import SystemPackage
import Vocabulary

/// Lays an unpacked layer over the ones below it (image-spec, layer.md).
///
/// Both sides are walked without following a link, so a link in a lower layer cannot make a higher one
/// write outside. A whiteout (`.wh.name`) removes what lower layers put there, an opaque whiteout
/// (`.wh..wh..opq`) everything in the folder; both act before this layer's own files arrive.
struct LayerMerge {
  private static let whiteout = ".wh."
  private static let opaque = ".wh..wh..opq"

  /// Moves everything in `layer` into `root`.
  static func move(_ layer: FilePath, into root: FilePath) throws {
    let names = try Disk.names(in: layer) ?? []
    if names.contains(where: { $0.string == opaque }) {
      for name in try Disk.names(in: root) ?? [] { try Disk.removeTree(root.appending(name)) }
    }
    for name in names where name.string.hasPrefix(whiteout) && name.string != opaque {
      try remove(String(name.string.dropFirst(whiteout.count)), from: root)
    }
    for name in names where !name.string.hasPrefix(whiteout) {
      try place(layer.appending(name), at: root.appending(name))
    }
  }

  private static func remove(_ name: String, from folder: FilePath) throws {
    guard let component = FilePath.Component(name), component.kind == .regular else {
      throw ImageRefused(
        reason: "it removes '\(printable(name, charactersMax: 40))', which is no name")
    }
    try Disk.removeTree(folder.appending(component))
  }

  private static func place(_ new: FilePath, at place: FilePath) throws {
    switch try Disk.kind(of: new) {
    case nil: return
    case .file, .link:
      try Disk.removeTree(place)
      try Disk.rename(new, to: place)
    case .folder(let mode):
      // Opened for us first, or nothing could be moved out of a folder that is read-only in the image.
      try Disk.setMode(new, 0o700)
      if case .folder = try Disk.kind(of: place) {
      } else {
        try Disk.removeTree(place)
        try Disk.makeFolder(place)
      }
      try move(new, into: place)
      try Disk.setMode(place, mode & 0o777 | 0o700)
    case .special:
      throw ImageRefused(
        reason: "it holds a device, pipe or socket at "
          + printable(new.lastComponent?.string ?? "", charactersMax: 40))
    }
  }
}
