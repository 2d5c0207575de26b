import FoundationEssentials

/// A JSON document of a container engine, of which a part is changed and the rest is handed back as it
/// came: whatever an engine newer than this program keeps about a container stays.
///
/// Whole numbers are exact to 64 bits, because limits in bytes and nanoseconds are.
enum EngineValue: Hashable, Sendable, Codable {
  case null
  case bool(Bool)
  case whole(Int64)
  case number(Double)
  case text(String)
  case list([EngineValue])
  case object([String: EngineValue])

  /// Nil when `bytes` are no JSON.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(EngineValue.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .whole(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([EngineValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: EngineValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .whole(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// As it is sent.
  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a document of an engine holds only what JSON can say")
    }
    return [UInt8](data)
  }

  /// What an object holds at `key`: nil when it is no object, and for a null. Setting it makes an object.
  subscript(key: String) -> EngineValue? {
    get {
      guard case .object(let fields) = self, let value = fields[key], value != .null else {
        return nil
      }
      return value
    }
    set {
      var fields = object ?? [:]
      fields[key] = newValue
      self = .object(fields)
    }
  }

  var text: String? { if case .text(let value) = self { value } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var whole: Int64? { if case .whole(let value) = self { value } else { nil } }
  var list: [EngineValue]? { if case .list(let value) = self { value } else { nil } }
  var object: [String: EngineValue]? { if case .object(let value) = self { value } else { nil } }

  /// The texts of a list; empty for anything else.
  var texts: [String] { list?.compactMap(\.text) ?? [] }

  /// The texts of an object; empty for anything else.
  var textFields: [String: String] { object?.compactMapValues(\.text) ?? [:] }

  static func texts(_ texts: [String]) -> EngineValue { .list(texts.map(EngineValue.text)) }

  static func texts(_ fields: [String: String]) -> EngineValue {
    .object(fields.mapValues(EngineValue.text))
  }
}
