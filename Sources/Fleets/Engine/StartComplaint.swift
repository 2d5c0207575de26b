/// Why an engine could not start a container, out of the sentence it has for that; the sentence itself may
/// repeat paths and variables, and is not handed on.
enum StartComplaint: Hashable, Sendable {
  case port, program, processor, mount, network, other

  init(_ message: String) {
    let text = message.lowercased()
    let words: [(StartComplaint, [String])] = [
      (.port, ["port is already allocated", "address already in use"]),
      (.processor, ["exec format error"]),
      (.mount, ["error mounting", "mount"]),
      (
        .program, ["executable file not found", "no such file or directory", "permission denied"]
      ),
      (.network, ["network"]),
    ]
    self = words.first { $0.1.contains(where: text.contains) }?.0 ?? .other
  }

  var sentence: String {
    switch self {
    case .port: "its port is in use by somebody else on the engine's machine"
    case .program: "its image names a program that is not in it, or may not be run"
    case .processor: "its program is for another processor"
    case .mount: "something that is to be mounted in it could not be"
    case .network: "it could not be connected to its network"
    case .other: "the engine could not start it, and says why in its log"
    }
  }
}
