import Glibc
import Simulation

/// What somebody does with a mistake that the simulator found: has it made small, keeps it as a file, brings
/// it back, and mends it.
enum FoundMistake {
  /// Finds a wrong design, tells the smallest delivery that does, and writes it.
  static func write(_ design: String, to path: String) -> Bool {
    guard let replay = Mutants.smallest(of: design, seedsMax: 20_000),
      let report = Mutants.run(replay, under: design)
    else {
      print("expected a wrong design of this build that is found, found '\(design)': make mutants")
      return false
    }
    for line in report.timeline.page() { print(line) }
    guard let file = fopen(path, "w") else {
      print("\(path) cannot be written")
      return false
    }
    defer { fclose(file) }
    return fputs(replay.text, file) >= 0
  }

  /// - Returns: 0 when every promise was kept, 1 when the one in the file was broken, else 2.
  static func bringBack(_ path: String, _ design: String?) -> Int32 {
    guard let replay = read(path).flatMap({ try? Replay(parsing: $0) }),
      replay.delivery == Simulator.delivery(of: replay),
      let report = design.map({ Mutants.run(replay, under: $0) }) ?? Simulator.run(replay)
    else {
      print("expected a replay of this version and a design of this build, found another: \(path)")
      return 2
    }
    for line in report.timeline.page() { print(line) }
    guard let violation = report.violation else { return 0 }
    print(violation)
    return violation.id == replay.violated ? 1 : 2
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
