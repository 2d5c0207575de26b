import Foundation

/// Decodes a document from outside; nil when it is not JSON or not of this shape.
///
/// What was wrong is not repeated: the decoder's message quotes the document, which is somebody
/// else's text.
func decoded<Document: Decodable>(_ type: Document.Type, from bytes: [UInt8]) -> Document? {
  try? JSONDecoder().decode(type, from: Data(bytes))
}

/// A document of our own, the same every time.
func encoded(_ document: some Encodable) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(document) else {
    preconditionFailure("strings and numbers can be written as JSON")
  }
  return [UInt8](data)
}
