import Vocabulary

/// Windows as a label of an engine says them: `allow Sat 02:00-Sat 05:00 Europe/Berlin; deny …`.
enum WindowText {
  static let expectation =
    "windows such as 'allow Sat 02:00-Sat 05:00 Europe/Berlin', with ';' between them"

  /// The windows of `text`, in order; nil when it is not only windows. Without a zone one is in UTC.
  static func windows(of text: String) -> [ReleaseWindow]? {
    var windows: [ReleaseWindow] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: false) {
      guard let window = window(of: part.split(separator: " ").map(String.init)) else { return nil }
      windows.append(window)
    }
    return windows
  }

  private static func window(of words: [String]) -> ReleaseWindow? {
    guard let kind = words.first.flatMap(ReleaseWindow.Kind.init(rawValue:)) else { return nil }
    let rest = words.dropFirst()
    if let span = WindowSpan(written: rest.joined(separator: " ")) {
      return WindowSettings(kind: kind, span: span, zone: "UTC", reason: "").window
    }
    guard let zone = rest.last.flatMap({ try? ZoneName(parsing: $0) }),
      let span = WindowSpan(written: rest.dropLast().joined(separator: " "))
    else { return nil }
    return WindowSettings(kind: kind, span: span, zone: zone, reason: "").window
  }
}

extension WindowSettings {
  /// The window before its zone was looked up.
  var window: ReleaseWindow {
    ReleaseWindow(kind: kind, span: span, zone: ZoneOffsets(unknown: zone.text), reason: reason)
  }
}
