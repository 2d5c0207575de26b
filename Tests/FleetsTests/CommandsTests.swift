import SystemPackage
import Testing
import Vocabulary

@testable import Fleets

@Suite struct CommandsTests {
  @Test func `the driver's own variables win over the image's`() {
    #expect(
      LaunchCommand.environment(
        image: ["PATH=/app", "PORT=1", "A=b=c", "TENANT_SLUG=mallory"], port: 8801,
        slug: "reno-stars")
        == ["PATH=/app", "A=b=c", "PORT=8801", "TENANT_SLUG=reno-stars"])
  }

  @Test func `an image without a search path gets the plain one`() {
    #expect(
      LaunchCommand.environment(image: [], port: 1, slug: "a")
        == [
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PORT=1",
          "TENANT_SLUG=a",
        ])
  }

  @Test func `everything an image says reaches the launch as an argument of its own`() {
    let command = LaunchCommand(
      program: "/images/app", arguments: ["$(reboot)", "; true"], environment: ["A=`id`"],
      log: "/logs/a b.log", work: "/work")

    let arguments = command.detached.arguments
    #expect(command.detached.program == "/usr/bin/setsid")
    #expect(Array(arguments[..<3]) == ["--fork", "/bin/sh", "-c"])
    #expect(
      Array(arguments[4...]) == [
        "pawl-launch", "/logs/a b.log", "/work", "/usr/bin/env", "-i", "--", "A=`id`",
        "/images/app", "$(reboot)", "; true",
      ])
  }

  @Test func `settings that no process can be given are refused`() {
    #expect(LaunchCommand.objection(arguments: ["/a"], environment: ["A="]) == nil)
    #expect(LaunchCommand.objection(arguments: [], environment: []) == "it names no program to run")
    #expect(
      LaunchCommand.objection(arguments: ["/a\0b"], environment: [])
        == "its settings contain a zero byte")
    #expect(
      LaunchCommand.objection(arguments: ["/a"], environment: ["=x"])
        == "expected NAME=value in its environment, found '=x'")
    #expect(
      LaunchCommand.objection(arguments: ["/a"], environment: ["--help"])
        == "expected NAME=value in its environment, found '--help'")
  }

  @Test(arguments: [
    ("application/vnd.oci.image.layer.v1.tar", Packing.plain),
    ("application/vnd.oci.image.layer.v1.tar+gzip", .gzip),
    ("application/vnd.docker.image.rootfs.diff.tar.gzip", .gzip),
    (
      "application/vnd.oci.image.layer.v1.tar+zstd",
      .unsupported("application/vnd.oci.image.layer.v1.tar+zstd")
    ),
    ("text/html", .unsupported("text/html")),
  ])
  func `a media type says how a layer is packed`(mediaType: String, packing: Packing) {
    #expect(Packing(mediaType: mediaType) == packing)
  }
}
