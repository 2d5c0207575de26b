public import OrderedCollections
public import Vocabulary

/// The runs of a delivery by their numbers, oldest first.
///
/// Each lies in a box of its own: the state is copied before every decision, and of the runs that are
/// remembered few change with it. What changes is changed where it lies.
public struct RunTable: Hashable, Sendable {
  /// Never nil: an optional that is stored is changed in place through the subscript, which has to show one.
  private var boxes: OrderedDictionary<RunID, Boxed<Run?>> = [:]

  init() {}

  public var count: Int { boxes.count }
  public var isEmpty: Bool { boxes.isEmpty }
  public var keys: OrderedSet<RunID> { boxes.keys }
  public var values: Values { Values(boxes: boxes.values) }

  /// Nil for a run that was never there or is forgotten; setting nil forgets it.
  public internal(set) subscript(id: RunID) -> Run? {
    _read {
      if let index = boxes.index(forKey: id) {
        yield boxes.values[index].wrappedValue
      } else {
        yield nil
      }
    }
    _modify {
      guard let index = boxes.index(forKey: id) else {
        var run: Run?
        yield &run
        if let run { boxes[id] = Boxed(wrappedValue: run) }
        return
      }
      defer {
        // By its case: `== nil` would copy the run.
        if case nil = boxes.values[index].wrappedValue { boxes.remove(at: index) }
      }
      yield &boxes.values[index].wrappedValue
    }
  }

  /// The runs themselves, oldest first.
  public struct Values: RandomAccessCollection, Sendable {
    fileprivate let boxes: OrderedDictionary<RunID, Boxed<Run?>>.Values

    public var startIndex: Int { 0 }
    public var endIndex: Int { boxes.count }

    public subscript(index: Int) -> Run {
      guard let run = boxes[index].wrappedValue else {
        preconditionFailure("a run that is forgotten is not in the table")
      }
      return run
    }
  }
}

/// Stored as the numbers and the runs in turn; the boxes are this process's own business.
extension RunTable: Codable {
  public init(from decoder: any Decoder) throws {
    let runs = try OrderedDictionary<RunID, Run>(from: decoder)
    boxes = runs.mapValues { Boxed(wrappedValue: $0) }
  }

  public func encode(to encoder: any Encoder) throws {
    try OrderedDictionary(uniqueKeysWithValues: zip(keys, values)).encode(to: encoder)
  }
}
