import Foundation

/// Decodes a document from outside; nil when it is not JSON or not of this shape.
///
/// What was wrong is not repeated: the decoder's message quotes the document, which is somebody
/// else's text.
func decoded<Document: Decodable>(_ type: Document.Type, from bytes: [UInt8]) -> Document? {
  try? JSONDecoder().decode(type, from: Data(bytes))
}
