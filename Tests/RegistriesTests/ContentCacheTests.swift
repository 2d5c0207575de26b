import Testing
import Vocabulary

@testable import Registries

struct ContentCacheTests {
  let here: ImageLocation = "registry.example/acme/platform"
  let there: ImageLocation = "registry.example/acme/other"

  func digest(_ number: UInt8) -> Digest { Digest(of: [number], .sha256) }

  @Test func `what is kept is found in its own repository only`() {
    let cache = ContentCache<String>(bytesMax: 100)

    cache.keep("one", bytes: 10, of: digest(1), in: here)

    #expect(cache.value(of: digest(1), in: here) == "one")
    #expect(cache.value(of: digest(1), in: there) == nil)
    #expect(cache.value(of: digest(2), in: here) == nil)
  }

  @Test func `the least recently used goes when there is no room`() {
    let cache = ContentCache<String>(bytesMax: 100)
    cache.keep("one", bytes: 40, of: digest(1), in: here)
    cache.keep("two", bytes: 40, of: digest(2), in: here)
    _ = cache.value(of: digest(1), in: here)

    cache.keep("three", bytes: 40, of: digest(3), in: here)

    #expect(cache.value(of: digest(1), in: here) == "one")
    #expect(cache.value(of: digest(2), in: here) == nil)
    #expect(cache.value(of: digest(3), in: here) == "three")
  }

  @Test func `what is larger than the cache is not kept`() {
    let cache = ContentCache<String>(bytesMax: 100)

    cache.keep("huge", bytes: 101, of: digest(1), in: here)

    #expect(cache.value(of: digest(1), in: here) == nil)
  }

  @Test func `keeping the same again does not count twice`() {
    let cache = ContentCache<String>(bytesMax: 100)
    cache.keep("two", bytes: 20, of: digest(2), in: here)

    for _ in 0..<5 { cache.keep("one", bytes: 70, of: digest(1), in: here) }

    #expect(cache.value(of: digest(1), in: here) == "one")
    #expect(cache.value(of: digest(2), in: here) == "two")
  }
}
