/// Makes a value of a node of a document, and of what lies in it.
struct PlainDecoder: Decoder {
  let document: PlainDocument
  let node: Int
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    guard document[node].kind == .object else { throw PlainJSON.Refusal() }
    return KeyedDecodingContainer(PlainKeyedDecoding<Key>(document: document, node: node))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard document[node].kind == .list else { throw PlainJSON.Refusal() }
    return PlainListDecoding(document: document, node: node)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    PlainValueDecoding(document: document, node: node)
  }
}

private struct PlainKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let document: PlainDocument
  let node: Int
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { document.keys(of: node, Key.self) }

  private func place(_ key: Key) throws -> Int {
    guard let place = document.member(key.stringValue, of: node) else { throw PlainJSON.Refusal() }
    return place
  }

  private func number<Number: FixedWidthInteger>(_ type: Number.Type, _ key: Key) throws -> Number {
    try document.number(at: place(key), type)
  }

  func contains(_ key: Key) -> Bool { document.member(key.stringValue, of: node) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { document[try place(key)].kind == .null }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try document.truth(at: place(key))
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try document.text(at: place(key))
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try document.fraction(at: place(key))
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { throw document.refuse() }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try number(type, key) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try number(type, key) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try number(type, key) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try number(type, key) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try number(type, key) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try number(type, key) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try number(type, key) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try number(type, key) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try number(type, key) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try number(type, key) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try Value(from: PlainDecoder(document: document, node: place(key)))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try PlainDecoder(document: document, node: place(key)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try PlainDecoder(document: document, node: place(key)).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { throw document.refuse() }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw document.refuse() }
}

private struct PlainListDecoding: UnkeyedDecodingContainer {
  let document: PlainDocument
  private let total: Int
  /// The node of the next item.
  private var next: Int
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { total }
  var isAtEnd: Bool { currentIndex == total }

  init(document: PlainDocument, node: Int) {
    self.document = document
    total = Int(document[node].count)
    next = node + 1
  }

  /// Goes on to the next item only when this one could be read.
  private mutating func read<Value>(_ body: (Int) throws -> Value) throws -> Value {
    guard !isAtEnd else { throw PlainJSON.Refusal() }
    let value = try body(next)
    next = Int(document[next].after)
    currentIndex += 1
    return value
  }

  private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    let document = document
    return try read { try document.number(at: $0, type) }
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, document[next].kind == .null else { return false }
    return try read { _ in true }
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool {
    let document = document
    return try read { try document.truth(at: $0) }
  }

  mutating func decode(_ type: String.Type) throws -> String {
    let document = document
    return try read { try document.text(at: $0) }
  }

  mutating func decode(_ type: Double.Type) throws -> Double {
    let document = document
    return try read { try document.fraction(at: $0) }
  }

  mutating func decode(_ type: Float.Type) throws -> Float { throw document.refuse() }
  mutating func decode(_ type: Int.Type) throws -> Int { try number(type) }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try number(type) }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try number(type) }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try number(type) }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try number(type) }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try number(type) }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try number(type) }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try number(type) }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try number(type) }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try number(type) }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let document = document
    return try read { try Value(from: PlainDecoder(document: document, node: $0)) }
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let document = document
    return try read { try PlainDecoder(document: document, node: $0).container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let document = document
    return try read { try PlainDecoder(document: document, node: $0).unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder { throw document.refuse() }
}

private struct PlainValueDecoding: SingleValueDecodingContainer {
  let document: PlainDocument
  let node: Int
  var codingPath: [any CodingKey] { [] }

  private func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    try document.number(at: node, type)
  }

  func decodeNil() -> Bool { document[node].kind == .null }
  func decode(_ type: Bool.Type) throws -> Bool { try document.truth(at: node) }
  func decode(_ type: String.Type) throws -> String { try document.text(at: node) }
  func decode(_ type: Double.Type) throws -> Double { try document.fraction(at: node) }
  func decode(_ type: Float.Type) throws -> Float { throw document.refuse() }
  func decode(_ type: Int.Type) throws -> Int { try number(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try number(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try number(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try number(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try number(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try number(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try number(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try number(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try number(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try number(type) }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try Value(from: PlainDecoder(document: document, node: node))
  }
}
