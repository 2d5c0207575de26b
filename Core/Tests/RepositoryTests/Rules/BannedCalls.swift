extension BannedCall {
  /// What is banned in this repository. An exception is a line here with its reason, never a comment at
  /// the place.
  static let all: [BannedCall] = time + tasks + crashes + output + order + starts
}

private let sources = ["Sources", "Core/Sources"]
private let sourcesAndTests = sources + ["Tests", "Core/Tests", "Examples", "Core/Benchmarks"]
private let pure = ["Core/Sources/Vocabulary", "Core/Sources/Decisions"]

private let time = [
  BannedCall(
    name: "Date()", spellings: [["Date", "(", ")"], ["Date", ".", "now"]],
    instead: "the `WallClock` that was handed in", folders: sources),
  BannedCall(
    name: "reading a clock with `.now`",
    // `state.now` is a value that came in; a clock's own is read through its type or its name, or is
    // left to inference.
    spellings: [
      ["ContinuousClock", ".", "now"], ["SuspendingClock", ".", "now"], ["Instant", ".", "now"],
      ["clock", ".", "now"], ["=", ".", "now"], ["(", ".", "now"], [",", ".", "now"],
      [":", ".", "now"], ["return", ".", "now"],
    ],
    instead: "the moment that came in as an argument, or the `WallClock` that was handed in",
    folders: sources,
    exceptions: [
      ("Core/Sources/Control/Alarms.swift", "it turns spans into moments of a monotonic clock"),
      ("Sources/Transport/Retry.swift", "it waits on a monotonic clock"),
      ("Sources/Transport/Stopwatch.swift", "it counts on a monotonic clock"),
      ("Sources/Fleets/Record/Patience.swift", "it waits on a monotonic clock"),
    ],
    // `now()` is a method, and the one there is belongs to the WallClock that was handed in.
    unlessBefore: ["("]),
  BannedCall(
    name: "a system clock",
    spellings: [
      ["clock_gettime"], ["gettimeofday"], ["time", "(", "nil", ")"], ["DispatchTime"],
      ["DispatchWallTime"],
    ],
    instead: "the `WallClock` that was handed in", folders: sources,
    exceptions: [("Sources/pawl/SystemClock.swift", "it is the wall clock")]),
  BannedCall(
    name: "sleeping",
    spellings: [[".", "sleep", "("], ["usleep", "("], ["nanosleep", "("], ["sleep", "("]],
    instead: "an alarm (`Action.wait`), so that the simulator can turn the clock",
    folders: sources,
    exceptions: [
      ("Core/Sources/Control/Alarms.swift", "it is where alarms wait"),
      ("Sources/Transport/Retry.swift", "it is where requests wait before they are repeated"),
      ("Sources/Transport/TimeLimit.swift", "it bounds a request in real time"),
      ("Sources/Transport/HostPace.swift", "it waits while a host has asked for that"),
      ("Sources/Forges/Git/GitProgram.swift", "it bounds a run of git in real time"),
      (
        "Sources/Fleets/Record/Patience.swift",
        "it polls a process it is not the parent of, on a clock that was handed in"
      ),
    ],
    unlessAfter: ["func"]),
]

private let tasks = [
  BannedCall(
    name: "an unowned task",
    spellings: [
      ["Task", "{"], ["Task", "("], ["Task", ".", "detached"], ["Task", ".", "immediate"],
    ],
    instead: "a task group or `async let`, so that somebody waits for it",
    // A test of cancellation needs the handle of a task.
    folders: sources + ["Examples", "Core/Benchmarks"]),
  BannedCall(
    name: "@unchecked", spellings: [["@", "unchecked"], ["nonisolated", "(", "unsafe", ")"]],
    instead: "a value type, an actor, or `Mutex`, so that the compiler checks it",
    folders: sourcesAndTests),
]

private let crashes = [
  BannedCall(
    name: "try!", spellings: [["try!"]],
    instead: "`try`, or a literal initializer that states what was believed",
    folders: sourcesAndTests),
  BannedCall(
    name: "fatalError(", spellings: [["fatalError", "("]],
    instead: "`precondition` or `preconditionFailure` with the sentence that was believed",
    folders: sourcesAndTests),
]

private let output = [
  BannedCall(
    name: "print(", spellings: [["print", "("], ["debugPrint", "("], ["dump", "("]],
    instead: "a returned value; only the `pawl` target speaks to people",
    folders: [
      "Core/Sources", "Sources/Transport", "Sources/Registries", "Sources/Forges", "Sources/Fleets",
      "Sources/Journaling",
    ],
    unlessAfter: [".", "func"])
]

private let order = [
  BannedCall(
    name: "a collection without an order",
    spellings: [
      ["Set", "<"], ["Set", "("], ["Dictionary", "<"], ["Dictionary", "("], ["[", anyType, ":"],
    ],
    instead: "`OrderedSet`, `OrderedDictionary` or an array: hashing is seeded anew in every "
      + "process, and a replay must see the same order",
    folders: pure),
  BannedCall(
    name: "dice",
    spellings: [
      ["SystemRandomNumberGenerator"], [".", "randomElement", "("], [".", "shuffled", "("],
      [".", "random", "("],
    ],
    instead: "a number that came in as an argument", folders: pure),
]

private let anyType = BannedCall.anyType

private let starts = [
  BannedCall(
    name: "a command that does not name itself",
    spellings: [["CommandConfiguration", "(", "abstract"]],
    // For `String(describing:)` the runtime looks through every conformance in the program, for each command
    // anew: a quarter of what `pawl --help` took.
    instead: "`commandName:`; a name that is made from the type's costs every start",
    folders: ["Sources"])
]
