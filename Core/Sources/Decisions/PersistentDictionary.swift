internal import HashTreeCollections

/// A dictionary in the order of its first insertions, whose copies share everything they have in common.
///
/// The state of a delivery is copied before every decision, because a decision that cannot be stored must
/// leave no trace. A change after a copy costs a few small nodes here, whatever the count, where an array or
/// a hash table would be copied whole (docs/decisions/0068-what-an-event-costs.md).
public struct PersistentDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// Where each key stands. Never iterated: its order is another one in every process.
  private var places: TreeDictionary<Key, Int> = [:]
  private var elements = NumberedTree<Element>()
  private var placesGiven = 0

  public typealias Element = (key: Key, value: Value)

  public init() {}

  public var count: Int { elements.count }
  public var isEmpty: Bool { elements.count == 0 }

  /// In order; a list is made of them, so this costs as much as there are.
  public var keys: [Key] { list(\.key) }
  /// In order; a list is made of them, so this costs as much as there are.
  public var values: [Value] { list(\.value) }

  private func list<Part>(_ part: (Element) -> Part) -> [Part] {
    var parts: [Part] = []
    parts.reserveCapacity(count)
    for element in self { parts.append(part(element)) }
    return parts
  }

  /// Setting what is there keeps its place, setting nil removes it, and anything new goes to the end.
  public subscript(key: Key) -> Value? {
    get { places[key].flatMap { elements[$0]?.value } }
    set {
      guard let newValue else { return remove(key) }
      elements[places[key] ?? place(key)] = (key, newValue)
    }
  }

  /// Changes what stands under `key` in one look-up; nil, and nothing is changed, when nothing does.
  mutating func update<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
    guard let place = places[key] else { return nil }
    return elements.update(place) { element -> Result? in
      guard var changed = element else { return nil }
      let result = change(&changed.value)
      element = changed
      return result
    }
  }

  private mutating func place(_ key: Key) -> Int {
    let place = placesGiven
    placesGiven += 1
    places[key] = place
    return place
  }

  private mutating func remove(_ key: Key) {
    guard let place = places.removeValue(forKey: key) else { return }
    elements[place] = nil
    // The tree is as deep as its highest place.
    if isEmpty { placesGiven = 0 }
  }
}

/// In the order of the keys, without making a list.
extension PersistentDictionary: Sequence {
  public struct Iterator: IteratorProtocol {
    fileprivate var elements: NumberedTree<PersistentDictionary.Element>.Iterator

    public mutating func next() -> PersistentDictionary.Element? { elements.next()?.value }
  }

  public func makeIterator() -> Iterator { Iterator(elements: elements.makeIterator()) }
}

extension PersistentDictionary: Equatable where Value: Equatable {
  public static func == (one: Self, other: Self) -> Bool {
    one.count == other.count && one.elementsEqual(other) { $0 == $1 }
  }
}

extension PersistentDictionary: Hashable where Value: Hashable {
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for element in self {
      hasher.combine(element.key)
      hasher.combine(element.value)
    }
  }
}

/// Stored as keys and values in turn, as ordered dictionaries are. A key that comes twice is refused.
extension PersistentDictionary: Codable where Key: Codable, Value: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    var container = try decoder.unkeyedContainer()
    while !container.isAtEnd {
      let key = try container.decode(Key.self)
      guard self[key] == nil else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected every key once, found one twice")
      }
      self[key] = try container.decode(Value.self)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for element in self {
      try container.encode(element.key)
      try container.encode(element.value)
    }
  }
}
