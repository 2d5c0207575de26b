import Synchronization
import Vocabulary

/// Keeps what was read and verified a short while ago, up to a number of bytes; the least recently
/// used goes first. Content under a digest never changes, so nothing in it can be out of date.
final class ContentCache<Value: Sendable>: Sendable {
  private struct Entry {
    let key: ImageReference
    let value: Value
    let bytes: Int
  }

  private let bytesMax: Int
  /// Oldest use first; a few dozen, so searching them in order costs nothing.
  private let entries = Mutex<[Entry]>([])

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  func value(of digest: Digest, in location: ImageLocation) -> Value? {
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.key == location.at(digest) }) else {
        return nil
      }
      let entry = entries.remove(at: index)
      entries.append(entry)
      return entry.value
    }
  }

  func keep(_ value: Value, bytes: Int, of digest: Digest, in location: ImageLocation) {
    entries.withLock { entries in
      entries.removeAll { $0.key == location.at(digest) }
      entries.append(Entry(key: location.at(digest), value: value, bytes: bytes))
      var total = entries.reduce(0) { $0 + $1.bytes }
      while total > bytesMax {
        total -= entries.removeFirst().bytes
      }
    }
  }
}
