import Transport
import Vocabulary

/// What `work` makes of each element, in their order. The first failure ends it: what was begun is waited
/// for, nothing more is begun, and of several failures the one that comes first in that order is told.
/// - Parameter limit: how many are under way at once; whatever they hold in memory is held that often.
func abreast<Element: Sendable, Value: Sendable>(
  _ elements: [Element], atMost limit: Int = Connections.connectionsPerHostMax,
  _ work: @escaping @Sendable (Element) async throws(Unknown) -> Value
) async throws(Unknown) -> [Value] {
  let results = await withTaskGroup(of: (Int, Result<Value, Unknown>).self) { group in
    var left = Array(elements.enumerated())[...]
    func begin() {
      guard let (index, element) = left.popFirst() else { return }
      group.addTask {
        do throws(Unknown) {
          return (index, .success(try await work(element)))
        } catch {
          return (index, .failure(error))
        }
      }
    }
    for _ in 0..<limit { begin() }
    var results: [(index: Int, result: Result<Value, Unknown>)] = []
    for await (index, result) in group {
      results.append((index, result))
      if case .failure = result { left = [] }
      begin()
    }
    return results.sorted { $0.index < $1.index }.map(\.result)
  }
  var values: [Value] = []
  for result in results { values.append(try result.get()) }
  return values
}
