import Control
import Decisions
import Glibc
import Journaling
import Vocabulary

/// Does one thing with a journal and prints how many seconds it took:
///
/// ```
/// journal-benchmark append PLACE COUNT BATCH   appends COUNT entries, BATCH of them at a time
/// journal-benchmark verify PLACE               computes the chain over every entry again
/// journal-benchmark open PLACE                 opens it to act, and folds it
/// journal-benchmark keep PLACE                 the same, and keeps a snapshot for the next opening
/// ```
///
/// PLACE is `sqlite:PATH`, `git:REPOSITORY` or a PostgreSQL address.
@main
enum JournalBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2 else { return print("usage: see Benchmarks/journal/Main.swift") }
    let place = arguments[1]
    let seconds: Duration
    switch arguments[0] {
    case "append":
      let (count, batch) = (Int(arguments[2]) ?? 0, Int(arguments[3]) ?? 1)
      let journal = try open(place)
      seconds = try ContinuousClock().measure { try append(count, batch, to: journal) }
    case "verify":
      let journal = try open(place, .inspecting)
      seconds = try ContinuousClock().measure {
        guard try journal.verify().holds else { throw Broken() }
      }
    case "keep":
      seconds = try ContinuousClock().measure {
        let journal = try open(place)
        guard let snapshot = try DecisionLoop(journal: journal).snapshot else { throw Broken() }
        journal.keep(snapshot)
      }
    default:
      seconds = try ContinuousClock().measure {
        _ = try DecisionLoop(journal: try open(place))
      }
    }
    print(seconds / .seconds(1))
  }

  private struct Broken: Error {}

  private static func open(_ place: String, _ mode: JournalMode = .acting) throws
    -> any StoredJournal
  {
    if place.hasPrefix("sqlite:") {
      return try SQLiteJournal.open(
        path: String(place.dropFirst(7)), delivery: "benchmark", mode: mode)
    }
    if place.hasPrefix("git:") {
      let remote = String(place.dropFirst(4))
      return try SharedJournal.open(
        GitJournalPlace(
          remote: remote, reference: "refs/pawl/benchmark", cache: "/tmp/pawl-benchmark-\(getpid())"
        ),
        delivery: "benchmark", mode: mode, now: { Timestamp(milliseconds: 0) })
    }
    #if PostgreSQL
      return try SharedJournal.open(
        PostgreSQLPlace(address: place), delivery: "benchmark", mode: mode)
    #else
      throw Broken()
    #endif
  }

  private static func append(_ count: Int, _ batch: Int, to journal: any StoredJournal) throws {
    var end = try journal.end()
    for start in stride(from: 0, to: count, by: batch) {
      let records = (start..<min(start + batch, count)).map(record)
      guard case .appended(let position) = try journal.append(records, expecting: end) else {
        throw Broken()
      }
      end = position
    }
  }

  private static func record(_ number: Int) -> Record {
    Record(
      at: Timestamp(milliseconds: Int64(number)), event: .outcome(EffectID(UInt64(number)), .rang),
      effects: [
        Effect(id: EffectID(UInt64(number) + 1), run: RunID(1), action: .census, attempt: 1)
      ])
  }
}
