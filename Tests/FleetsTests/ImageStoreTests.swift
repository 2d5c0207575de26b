import Glibc
import Subprocess
import SystemPackage
import Testing
import Vocabulary

@testable import Fleets

@Suite struct ImageStoreTests {
  private let images = MemoryImages()

  @Test func `higher layers add to lower ones, replace and remove`() async throws {
    var lower = TarArchive()
    lower.folder("app")
    lower.file("app/kept", "lower")
    lower.file("app/replaced", "lower")
    lower.file("app/removed", "lower")
    lower.folder("data")
    lower.file("data/old", "lower")
    lower.folder("turned")
    lower.file("turned/inside", "lower")
    var higher = TarArchive()
    higher.file("app/replaced", "higher")
    higher.file("app/.wh.removed")
    higher.folder("data")
    higher.file("data/.wh..wh..opq")
    higher.file("data/new", "higher")
    higher.file("turned", "higher")
    let digest = images.add("a", .init(layers: [lower.finished, higher.finished]))

    let files = try await inStore { store in try await contents(of: digest, in: store) }

    #expect(
      files == [
        "app/kept": "lower", "app/replaced": "higher", "data/new": "higher", "turned": "higher",
      ])
  }

  @Test func `a file and its removal in one layer leave the file`() async throws {
    var lower = TarArchive()
    lower.file("name", "lower")
    var higher = TarArchive()
    higher.file("name", "higher")
    higher.file(".wh.name")
    let digest = images.add("a", .init(layers: [lower.finished, higher.finished]))

    let files = try await inStore { store in try await contents(of: digest, in: store) }

    #expect(files == ["name": "higher"])
  }

  @Test func `packed layers are unpacked`() async throws {
    var layer = TarArchive()
    layer.file("name", "content")
    let packed = try await Subprocess.run(
      .path("/usr/bin/gzip"), input: .array(layer.finished), output: .bytes(limit: 65_536))
    let digest = images.add(
      "a",
      .init(
        layers: [packed.standardOutput], mediaType: "application/vnd.oci.image.layer.v1.tar+gzip"))

    let files = try await inStore { store in try await contents(of: digest, in: store) }

    #expect(files == ["name": "content"])
  }

  @Test func `a link in a lower layer does not lead a higher one out of the image`() async throws {
    try await inStore { store in
      let outside = store.folder.removingLastComponent().appending("outside")
      try Disk.makeFolder(outside)
      var lower = TarArchive()
      lower.link("etc", to: outside.string)
      var higher = TarArchive()
      higher.folder("etc")
      higher.file("etc/passwd", "mallory")
      let digest = images.add("a", .init(layers: [lower.finished, higher.finished]))

      let files = try await contents(of: digest, in: store)

      #expect(files == ["etc/passwd": "mallory"])
      #expect(try Disk.names(in: outside) == [])
    }
  }

  @Test func `a name that leads outside is refused and nothing is kept`() async throws {
    var layer = TarArchive()
    layer.file("../../escaped", "mallory")
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      let refusal = try await refusal(of: digest, in: store)
      #expect(
        refusal
          == "its layer aaaaaaaaaaaa cannot be unpacked (tar ended with 2): it is no archive, a name "
          + "in it leads outside, or there is no room")
      #expect(try Disk.kind(of: store.folder.appending("sha256").appending(digest.hex)) == nil)
    }
  }

  @Test func `an absolute name stays inside, and bits that change users are dropped`() async throws
  {
    var layer = TarArchive()
    layer.file("/pawl-test-absolute", "inside", mode: 0o4755)
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      guard case .ready(_, let root) = try await prepare(digest, in: store) else {
        Issue.record("it was refused")
        return
      }
      #expect(
        try Disk.kind(of: root.path.appending("pawl-test-absolute")) == .file(mode: 0o755))
      #expect(try Disk.kind(of: "/pawl-test-absolute") == nil)
    }
  }

  @Test func `a device is refused`() async throws {
    var layer = TarArchive()
    layer.device("null")
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      let refusal = try await refusal(of: digest, in: store)
      // Only root can unpack one in the first place.
      #expect(
        refusal == "its layer aaaaaaaaaaaa: it holds a device, pipe or socket at null"
          || refusal.hasPrefix("its layer aaaaaaaaaaaa cannot be unpacked"))
    }
  }

  @Test func `an unsupported packing is refused before anything is fetched`() async throws {
    let digest = images.add(
      "a", .init(layers: [[1, 2, 3]], mediaType: "application/vnd.oci.image.layer.v1.tar+zstd"))

    try await inStore { store in
      let refusal = try await refusal(of: digest, in: store)
      #expect(
        refusal
          == "expected layers packed as tar or tar+gzip, found "
          + "application/vnd.oci.image.layer.v1.tar+zstd: build it with gzip compression for this "
          + "driver")
    }
  }

  @Test func `eight tenants that want an image at once fetch it once`() async throws {
    var layer = TarArchive()
    layer.file("name", "content")
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      try await withThrowingTaskGroup { group in
        for _ in 1...8 {
          group.addTask { try await prepare(digest, in: store) }
        }
        for try await preparation in group {
          guard case .ready = preparation else { throw ImageRefused(reason: "\(preparation)") }
        }
      }
      #expect(images.asked == [digest])
    }
  }

  @Test func `an image whose layer could not be read whole is not there, and can be tried again`()
    async throws
  {
    var layer = TarArchive()
    layer.file("name", "content")
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      images.failLayers(with: Unknown(.malformed, "wrong digest"))
      await #expect(throws: Unknown(.malformed, "wrong digest")) {
        try await prepare(digest, in: store)
      }

      images.failLayers(with: nil)
      let files = try await contents(of: digest, in: store)
      #expect(files == ["name": "content"])
    }
  }

  @Test func `what a killed pawl left half fetched is replaced`() async throws {
    var layer = TarArchive()
    layer.file("name", "content")
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      let left = store.folder.appending("sha256").appending("\(digest.hex).partial")
      try Disk.makeFolders(left.appending("rootfs"))
      try Disk.replace(left.appending("rootfs").appending("stale"), with: [1])

      #expect(try await contents(of: digest, in: store) == ["name": "content"])
      #expect(try Disk.kind(of: left) == nil)
    }
  }

  @Test func `pruning keeps what is asked for, and waits while the store is in use`() async throws {
    var layer = TarArchive()
    layer.file("name")
    let kept = images.add("a", .init(layers: [layer.finished]))
    let gone = images.add("b", .init(layers: [layer.finished]))

    try await inStore { store in
      let shelf = store.folder.appending("sha256")
      try await store.using {
        _ = try await prepare(kept, in: store)
        _ = try await prepare(gone, in: store)
        try await store.prune(keeping: [kept])
      }
      #expect(try Disk.kind(of: shelf.appending(gone.hex)) != nil)

      try await store.prune(keeping: [kept])
      #expect(try Disk.kind(of: shelf.appending(gone.hex)) == nil)
      #expect(try Disk.kind(of: shelf.appending(kept.hex)) != nil)
    }
  }

  @Test func `a program is found inside its image only`() async throws {
    var layer = TarArchive()
    layer.folder("bin")
    layer.folder("opt")
    layer.file("opt/real", mode: 0o755)
    layer.file("opt/plain", mode: 0o644)
    layer.link("bin/absolute", to: "/opt/real")
    layer.link("bin/relative", to: "../opt/real")
    layer.link("bin/shell", to: "/bin/sh")
    layer.link("bin/climbs", to: "../../../../../../../bin/sh")
    layer.link("bin/loop", to: "loop")
    let digest = images.add("a", .init(layers: [layer.finished]))

    try await inStore { store in
      guard case .ready(_, let root) = try await prepare(digest, in: store) else { return }
      let real = root.path.appending("opt").appending("real")
      #expect(try root.program("/bin/absolute", searchPath: "") == real)
      #expect(try root.program("/bin/relative", searchPath: "") == real)
      #expect(try root.program("absolute", searchPath: "/sbin:/bin") == real)
      #expect(try root.program("opt/real", searchPath: "") == real)
      for name in ["/bin/shell", "/bin/climbs", "/bin/loop", "/opt/plain", "/opt", "/none"] {
        #expect(try root.program(name, searchPath: "") == nil)
      }
    }
  }

  // MARK: -

  private func inStore<Value>(_ body: (ImageStore) async throws -> Value) async throws -> Value {
    var template = Array("/tmp/pawl-images-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { FilePath(platformString: $0) })
    defer { try? Disk.removeTree(folder) }
    return try await body(
      ImageStore(
        folder: folder.appending("images"), source: images,
        patience: Patience(clock: ContinuousClock()), fetchWait: .minutes(5)))
  }

  private func prepare(
    _ digest: Digest, in store: ImageStore
  ) async throws -> ImageStore.Preparation {
    try await store.prepare(MemoryImages.location.at(digest), digest)
  }

  /// Why the image cannot be had, without its name.
  private func refusal(of digest: Digest, in store: ImageStore) async throws -> String {
    guard case .refused(let reason) = try await prepare(digest, in: store) else { return "" }
    return String(reason.dropFirst("\(MemoryImages.location.at(digest)): ".count))
  }

  /// The files of the image by path, links and folders left out.
  private func contents(of digest: Digest, in store: ImageStore) async throws -> [String: String] {
    guard case .ready(_, let root) = try await prepare(digest, in: store) else {
      throw ImageRefused(reason: "it was refused")
    }
    return try files(below: root.path, named: "")
  }

  private func files(below folder: FilePath, named prefix: String) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try Disk.names(in: folder) ?? [] {
      let path = folder.appending(name)
      switch try Disk.kind(of: path) {
      case .folder:
        files.merge(try self.files(below: path, named: "\(prefix)\(name)/")) { $1 }
      case .file:
        let content = try Disk.read(path, bytesMax: 65_536) ?? []
        files["\(prefix)\(name)"] = String(decoding: content, as: UTF8.self)
      case .link, .special, nil: continue
      }
    }
    return files
  }
}
