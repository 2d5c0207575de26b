import Transport

/// The codes of error documents that something depends on (distribution-spec, "Error Codes"). All
/// others, and all messages, are somebody else's text and are dropped.
enum RegistryErrorCode: String, CaseIterable, Sendable {
  case blobUnknown = "BLOB_UNKNOWN"
  case denied = "DENIED"
  case manifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN"
  case manifestInvalid = "MANIFEST_INVALID"
  case manifestUnknown = "MANIFEST_UNKNOWN"
  case nameInvalid = "NAME_INVALID"
  case nameUnknown = "NAME_UNKNOWN"
  case sizeInvalid = "SIZE_INVALID"
  case tagInvalid = "TAG_INVALID"
  case tooManyRequests = "TOOMANYREQUESTS"
  case unauthorized = "UNAUTHORIZED"
  case unsupported = "UNSUPPORTED"

  /// Whether it says that what was asked for is not there.
  var isAbsence: Bool {
    switch self {
    case .blobUnknown, .manifestUnknown, .nameUnknown: true
    case .denied, .manifestBlobUnknown, .manifestInvalid, .nameInvalid, .sizeInvalid, .tagInvalid,
      .tooManyRequests, .unauthorized, .unsupported:
      false
    }
  }

  /// Whether it says of a manifest that was sent that something it names is not there.
  var isLack: Bool {
    switch self {
    case .blobUnknown, .manifestBlobUnknown, .manifestUnknown: true
    case .denied, .manifestInvalid, .nameInvalid, .nameUnknown, .sizeInvalid, .tagInvalid,
      .tooManyRequests, .unauthorized, .unsupported:
      false
    }
  }
}

extension HTTPAnswer {
  private struct ErrorDocument: Decodable {
    struct Entry: Decodable { let code: String }
    let errors: [Entry]
  }

  /// The known codes of its error document.
  var errorCodes: [RegistryErrorCode] {
    decoded(ErrorDocument.self, from: body)?.errors.compactMap {
      RegistryErrorCode(rawValue: $0.code)
    } ?? []
  }

  /// Whether it proves that what was asked for does not exist: a 404 that says so, or that says
  /// nothing in a registry's words. A 401 or 403 never does, although some registries hide what is
  /// private behind it.
  var provesAbsence: Bool {
    guard status == 404, isBodyWhole else { return false }
    guard let document = decoded(ErrorDocument.self, from: body) else { return true }
    return document.errors.contains { RegistryErrorCode(rawValue: $0.code)?.isAbsence == true }
  }
}
