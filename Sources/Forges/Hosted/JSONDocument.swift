import Foundation
import Vocabulary

/// Decodes a document from outside.
///
/// What was wrong is not repeated: the decoder's message quotes the document, which is somebody else's
/// text.
func document<Document: Decodable>(
  _ type: Document.Type, from bytes: [UInt8], what: String
) throws(Unknown) -> Document {
  do {
    return try JSONDecoder().decode(type, from: Data(bytes))
  } catch {
    let isJSON = (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
    throw Unknown(
      .malformed,
      isJSON
        ? "\(what): the answer is JSON of another shape than this forge documents"
        : "\(what): expected JSON, found something else; is a proxy or a login page in between?")
  }
}

/// A request's body.
func json(_ document: some Encodable) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return Array(try encoder.encode(document))
  } catch {
    preconditionFailure("a request is made of strings, numbers and lists: \(error)")
  }
}
