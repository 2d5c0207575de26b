import Testing
import Vocabulary

@testable import Registries

/// Which image of an index is meant by a platform.
struct ImagePlatformTests {
  private static let place: ImageReference = "r.example/a:t"

  private func index(_ platforms: [String]) throws -> [Descriptor] {
    try platforms.enumerated().map { number, text in
      let words = text.split(separator: "/").map(String.init)
      return Descriptor(
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: try Digest(
          parsing: "sha256:" + String(repeating: "0", count: 63) + String(number, radix: 16)),
        size: 2,
        platform: Descriptor.Platform(
          os: words[0], architecture: words[1], variant: words.count > 2 ? words[2] : nil),
        annotations: nil, artifactType: nil)
    }
  }

  private func choice(_ typed: String, among platforms: [String]) throws -> String? {
    try ImagePlatform(parsing: typed).choice(among: try index(platforms), of: Self.place)
      .platform?.name
  }

  @Test(arguments: [
    ("linux/arm64", "linux/arm64"), ("linux/arm/v7", "linux/arm/v7"),
    ("linux/s390x", "linux/s390x/z"),
    ("linux/amd64", "linux/amd64"),
  ])
  func `what is asked for is found`(typed: String, found: String) throws {
    let platforms = [
      "linux/amd64/v3", "linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7",
      "linux/s390x/z",
    ]

    #expect(try choice(typed, among: platforms) == found)
  }

  @Test func `the only image does not stand in for another one that was asked for`() {
    let thrown = #expect(throws: Unknown.self) {
      try choice("linux/arm64", among: ["linux/amd64"])
    }

    #expect(
      thrown?.detail == "r.example/a:t: expected an image for linux/arm64, found linux/amd64")
  }

  @Test func `of several variants none is taken by chance`() {
    let thrown = #expect(throws: Unknown.self) {
      try choice("linux/arm", among: ["linux/arm/v6", "linux/arm/v7"])
    }

    #expect(
      thrown?.detail
        == "r.example/a:t: expected one image for linux/arm, found linux/arm/v6, linux/arm/v7")
  }

  @Test func `where nobody asked the only image is taken`() throws {
    let entry = try ImagePlatform.current.choice(
      among: try index(["linux/riscv64"]), of: Self.place)

    #expect(entry.platform?.name == "linux/riscv64")
  }

  @Test(arguments: ["linux", "linux/", "/arm64", "linux/arm/v7/x", ""])
  func `what is no platform is refused`(text: String) {
    #expect(throws: Malformed.self) { try ImagePlatform(parsing: text) }
  }
}
