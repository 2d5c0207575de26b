import Foundation

/// Decodes a document from outside; nil when it is not JSON or not of this shape.
///
/// What was wrong is not repeated: the decoder's message quotes the document, which is somebody
/// else's text.
func decoded<Document: Decodable>(_ type: Document.Type, from bytes: [UInt8]) -> Document? {
  try? JSONDecoder().decode(type, from: Data(bytes))
}

/// What a type of ours has against a value in a document that is of the right shape. Finishes "<place>: ".
struct Objection: Error {
  let sentence: String
}

/// Decodes a document from outside; nil when it is not JSON or not of this shape.
/// - Throws: ``Objection`` when it is, and says what cannot be.
func checked<Document: Decodable>(
  _ type: Document.Type, from bytes: [UInt8]
) throws(Objection) -> Document? {
  do {
    return try JSONDecoder().decode(type, from: Data(bytes))
  } catch let objection as Objection {
    throw objection
  } catch {
    return nil
  }
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

/// `document` with `elements` at the end of its list `key`; all that is not known here stays as it is. Nil
/// when there is no such list.
func appended(_ elements: [some Encodable], to key: String, of document: [UInt8]) -> [UInt8]? {
  guard var object = try? JSONSerialization.jsonObject(with: Data(document)) as? [String: Any],
    let list = object[key] as? [Any],
    let new = try? JSONSerialization.jsonObject(with: Data(encoded(elements))) as? [Any]
  else { return nil }
  object[key] = list + new
  let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
  return (try? JSONSerialization.data(withJSONObject: object, options: options)).map { [UInt8]($0) }
}
