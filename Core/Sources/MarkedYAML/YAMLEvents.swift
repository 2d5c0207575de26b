import CYaml

/// What libyaml sees in a text, one event after the other.
///
/// Yams makes a tree of its own from these and refuses a mapping with two equal keys, telling one place of
/// them. Its C part is asked directly, because a person wants both places and every other finding too.
///
/// Valid as long as the bytes are, and for one reader at a time.
final class YAMLEvents {
  /// Why there is no next event.
  struct Refusal: Error {
    let problem: YAMLProblem
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The event that is looked at; of no kind before the first.
  private let event: UnsafeMutablePointer<yaml_event_t>

  /// - Parameter bytes: UTF-8 without a byte order mark.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    event.initialize(to: yaml_event_t())
    precondition(yaml_parser_initialize(parser) == 1, "there is memory for a parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_event_delete(event)
    yaml_parser_delete(parser)
    event.deallocate()
    parser.deallocate()
  }

  /// Goes to the next event. What the last one held is gone then.
  func advance() throws(Refusal) {
    yaml_event_delete(event)
    guard yaml_parser_parse(parser, event) == 1 else { throw Refusal(problem: problem) }
  }

  var kind: yaml_event_type_t { event.pointee.type }

  var mark: YAMLMark { YAMLMark(event.pointee.start_mark) }

  // MARK: What an event holds

  /// The name after `&`, or after `*` for an alias.
  var anchor: String? {
    switch kind {
    case YAML_ALIAS_EVENT: Self.text(event.pointee.data.alias.anchor)
    case YAML_SCALAR_EVENT: Self.text(event.pointee.data.scalar.anchor)
    case YAML_SEQUENCE_START_EVENT: Self.text(event.pointee.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT: Self.text(event.pointee.data.mapping_start.anchor)
    default: nil
    }
  }

  /// The tag that was written in front of the value, resolved.
  var tag: String? {
    switch kind {
    case YAML_SCALAR_EVENT:
      event.pointee.data.scalar.quoted_implicit == 1
        ? nil : Self.text(event.pointee.data.scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      event.pointee.data.sequence_start.implicit == 1
        ? nil : Self.text(event.pointee.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      event.pointee.data.mapping_start.implicit == 1
        ? nil : Self.text(event.pointee.data.mapping_start.tag)
    default: nil
    }
  }

  /// The text of a scalar.
  var text: String {
    let scalar = event.pointee.data.scalar
    return String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
  }

  /// How a scalar was written.
  var style: YAMLNode.Style {
    switch event.pointee.data.scalar.style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  // MARK: Problems

  private var problem: YAMLProblem {
    let parser = parser.pointee
    let sentence = parser.problem.map { String(cString: $0) } ?? "it cannot be decoded"
    switch parser.error {
    case YAML_SCANNER_ERROR, YAML_PARSER_ERROR, YAML_COMPOSER_ERROR:
      let place = YAMLMark(parser.problem_mark)
      let context = parser.context.map {
        YAMLProblem.Context(text: String(cString: $0), mark: YAMLMark(parser.context_mark))
      }
      return .syntax(sentence, place, context: context?.mark == place ? nil : context)
    default:
      // The reader's problems have an offset and no place, and what it refuses is refused before.
      return .syntax(sentence, YAMLMark(line: 1, column: 1), context: nil)
    }
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}
