import Capabilities
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// What an engine says about a container, and what it leaves out.
struct ContainerTests {
  @Test(arguments: [
    #"{"Id": "1", "Name": "/anna"}"#,
    #"{"Id": "1", "Name": "/anna", "State": {}}"#,
    #"{"Id": "1", "Name": "/anna", "State": {"Running": null}}"#,
    #"{"Id": "1", "Name": "/anna", "State": {"Running": "yes"}}"#,
  ])
  func `a container that is not said to run or not to is unknown, not down`(text: String) throws {
    let document = try #require(EngineValue(Array(text.utf8)))

    #expect(throws: Unknown.self) { try Container(document) }
  }

  @Test(arguments: [true, false])
  func `a container says whether it runs`(isRunning: Bool) throws {
    let text = #"{"Id": "1", "Name": "/anna", "State": {"Running": \#(isRunning)}}"#
    let document = try #require(EngineValue(Array(text.utf8)))

    #expect(try Container(document).isRunning == isRunning)
  }

  @Test func `what Podman writes where nobody has said anything is not carried over`() throws {
    let container = try Container(try #require(EngineValue(Array(Self.ofPodman.utf8))))
    let image = try #require(
      EngineValue(Array(#"{"Env": ["GIT_SHA=1"], "Entrypoint": ["/app/tenant"]}"#.utf8)))

    let made = Self.next(container, image)

    #expect(made["Env"]?.texts == ["SETTING=kept"])
    for key in ["Cmd", "Entrypoint", "WorkingDir", "StopSignal", "StopTimeout", "Hostname"] {
      #expect(made[key] == nil, "\(key)")
    }
    #expect(container.stopGrace == nil)
    let limits = made["HostConfig"]?["Ulimits"]?.list ?? []
    #expect(limits.map { $0["Name"]?.text } == ["nofile", "nproc"])
    #expect(limits.map { $0["Hard"]?.whole } == [1_024, 512])
  }

  @Test func `the same words of a person, on Docker, are carried over`() throws {
    let text = Self.ofPodman.replacing(#""container=podman", "#, with: "")
    let container = try Container(try #require(EngineValue(Array(text.utf8))))

    let made = Self.next(container, .object([:]))

    #expect(made["Env"]?.texts.contains("TERM=xterm") == true)
    #expect(made["WorkingDir"]?.text == "/")
    #expect(made["StopSignal"]?.text == "15")
    #expect(made["StopTimeout"]?.whole == 0)
    #expect(container.stopGrace == .seconds(1))
  }

  @Test(arguments: [("stopped", true), ("exited", false), ("running", false), ("created", false)])
  func `only what has ended and was not looked after yet may start again`(
    status: String, isEnding: Bool
  ) throws {
    let text = #"{"Id": "1", "Name": "/a", "State": {"Running": false, "Status": "\#(status)"}}"#
    let document = try #require(EngineValue(Array(text.utf8)))

    #expect(try Container(document).isEnding == isEnding)
  }

  private static func next(_ container: Container, _ image: EngineValue) -> EngineValue {
    let order = Redeploy(
      tenant: Tenant(slug: "anna", address: Workplace.address(port: 1)),
      location: MemoryImages.location, digest: digest(of: [1]),
      commit: "7a72516f7e7ba1a710c4f393fef08be8d22e1866", generation: Generation(1),
      manner: .restart)
    let token = FencingToken(generation: Generation(1), epoch: Epoch(1))
    return ContainerSpec(
      after: container, of: image, order,
      labels: OrderLabels(order, token: token, effect: EffectID(1)), name: "anna"
    ).document
  }

  /// Of Podman 4.3.1, for a container in the machine's network that was made with an image and `SETTING`;
  /// shortened.
  private static let ofPodman = #"""
    {"Id": "b9350403e3073111be9e15f1ad3aa9aee6df4df4be846d2da558c54d7c98a1bc", "Name": "/anna",
     "State": {"Status": "running", "Running": true},
     "Config": {
       "Hostname": "vm", "Domainname": "", "User": "",
       "Env": ["SETTING=kept", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
         "TERM=xterm", "container=podman", "GIT_SHA=1", "HOSTNAME=vm"],
       "Cmd": [], "Volumes": null, "WorkingDir": "/", "Entrypoint": ["/app/tenant"],
       "OnBuild": null, "Labels": {}, "StopSignal": "15", "StopTimeout": 0},
     "HostConfig": {"NetworkMode": "host", "Ulimits": [
       {"Name": "RLIMIT_NOFILE", "Hard": 1024, "Soft": 1024},
       {"Name": "RLIMIT_NPROC", "Hard": 512, "Soft": 512}]}}
    """#
}
