/// `text` in one line that is safe to print on a terminal: a tab becomes a space, other control
/// characters and the bidirectional controls that can reorder what a person reads become `?`.
///
/// One scalar stays one scalar, so that columns still point where they did.
func onOneLine(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars {
    shown.unicodeScalars.append(scalar == "\t" ? " " : isControl(scalar) ? "?" : scalar)
  }
  return shown
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}
