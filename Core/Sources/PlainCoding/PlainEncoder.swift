/// Collects what a value encodes as ``PlainPart``s.
struct PlainEncoder: Encoder {
  /// Where one value goes.
  final class Slot {
    var part: PlainPart?

    /// The object that is here, or a new one.
    var object: PlainObject {
      if case .object(let object)? = part { return object }
      let object = PlainObject()
      part = part == nil ? .object(object) : .refused
      return object
    }

    /// The list that is here, or a new one.
    var list: PlainList {
      if case .list(let list)? = part { return list }
      let list = PlainList()
      part = part == nil ? .list(list) : .refused
      return list
    }
  }

  let slot: Slot
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(PlainKeyedEncoding<Key>(object: slot.object))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { PlainListEncoding(list: slot.list) }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    PlainValueEncoding(slot: slot)
  }
}

private struct PlainKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let object: PlainObject
  var codingPath: [any CodingKey] { [] }

  private func put(_ part: PlainPart, _ key: Key) { object.members.append((key.stringValue, part)) }

  func encodeNil(forKey key: Key) { put(.null, key) }
  func encode(_ value: Bool, forKey key: Key) { put(.truth(value), key) }
  func encode(_ value: String, forKey key: Key) { put(.text(value), key) }
  func encode(_ value: Double, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: Float, forKey key: Key) { put(.refused, key) }
  func encode(_ value: Int, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: Int8, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: Int16, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: Int32, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: Int64, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: UInt, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: UInt8, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: UInt16, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: UInt32, forKey key: Key) { put(PlainPart(value), key) }
  func encode(_ value: UInt64, forKey key: Key) { put(PlainPart(value), key) }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    put(try PlainPart(encoding: value), key)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    let nested = PlainObject()
    put(.object(nested), key)
    return KeyedEncodingContainer(PlainKeyedEncoding<Nested>(object: nested))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let nested = PlainList()
    put(.list(nested), key)
    return PlainListEncoding(list: nested)
  }

  func superEncoder() -> any Encoder { open("super") }
  func superEncoder(forKey key: Key) -> any Encoder { open(key.stringValue) }

  private func open(_ key: String) -> PlainEncoder {
    let slot = PlainEncoder.Slot()
    object.members.append((key, .open(slot)))
    return PlainEncoder(slot: slot)
  }
}

private struct PlainListEncoding: UnkeyedEncodingContainer {
  let list: PlainList
  var codingPath: [any CodingKey] { [] }
  var count: Int { list.items.count }

  func encodeNil() { list.items.append(.null) }
  func encode(_ value: Bool) { list.items.append(.truth(value)) }
  func encode(_ value: String) { list.items.append(.text(value)) }
  func encode(_ value: Double) { list.items.append(PlainPart(value)) }
  func encode(_ value: Float) { list.items.append(.refused) }
  func encode(_ value: Int) { list.items.append(PlainPart(value)) }
  func encode(_ value: Int8) { list.items.append(PlainPart(value)) }
  func encode(_ value: Int16) { list.items.append(PlainPart(value)) }
  func encode(_ value: Int32) { list.items.append(PlainPart(value)) }
  func encode(_ value: Int64) { list.items.append(PlainPart(value)) }
  func encode(_ value: UInt) { list.items.append(PlainPart(value)) }
  func encode(_ value: UInt8) { list.items.append(PlainPart(value)) }
  func encode(_ value: UInt16) { list.items.append(PlainPart(value)) }
  func encode(_ value: UInt32) { list.items.append(PlainPart(value)) }
  func encode(_ value: UInt64) { list.items.append(PlainPart(value)) }
  func encode(_ value: some Encodable) throws {
    list.items.append(try PlainPart(encoding: value))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    let nested = PlainObject()
    list.items.append(.object(nested))
    return KeyedEncodingContainer(PlainKeyedEncoding<Nested>(object: nested))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let nested = PlainList()
    list.items.append(.list(nested))
    return PlainListEncoding(list: nested)
  }

  func superEncoder() -> any Encoder {
    let slot = PlainEncoder.Slot()
    list.items.append(.open(slot))
    return PlainEncoder(slot: slot)
  }
}

private struct PlainValueEncoding: SingleValueEncodingContainer {
  let slot: PlainEncoder.Slot
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { slot.part = .null }
  func encode(_ value: Bool) { slot.part = .truth(value) }
  func encode(_ value: String) { slot.part = .text(value) }
  func encode(_ value: Double) { slot.part = PlainPart(value) }
  func encode(_ value: Float) { slot.part = .refused }
  func encode(_ value: Int) { slot.part = PlainPart(value) }
  func encode(_ value: Int8) { slot.part = PlainPart(value) }
  func encode(_ value: Int16) { slot.part = PlainPart(value) }
  func encode(_ value: Int32) { slot.part = PlainPart(value) }
  func encode(_ value: Int64) { slot.part = PlainPart(value) }
  func encode(_ value: UInt) { slot.part = PlainPart(value) }
  func encode(_ value: UInt8) { slot.part = PlainPart(value) }
  func encode(_ value: UInt16) { slot.part = PlainPart(value) }
  func encode(_ value: UInt32) { slot.part = PlainPart(value) }
  func encode(_ value: UInt64) { slot.part = PlainPart(value) }
  func encode(_ value: some Encodable) throws {
    slot.part = try PlainPart(encoding: value)
  }
}
