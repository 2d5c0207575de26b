import Presentation
import Settings
import Vocabulary

extension Assembly {
  /// Reads a secret of one line where pawl.yaml says it is. Messages name the place, never the content.
  func secret(_ reference: SecretReference, what: String) throws(ProcessFailure) -> Secret<String> {
    let whole = try wholeSecret(reference, what: what)
    return whole.reveal { Secret(String($0.split(separator: "\n", maxSplits: 1).first ?? "")) }
  }

  /// The same for a secret of several lines, such as a key in PEM. What is read is masked in a CI's log.
  func wholeSecret(
    _ reference: SecretReference, what: String
  ) throws(ProcessFailure) -> Secret<String> {
    let text: String
    switch reference {
    case .environment(let name):
      guard let value = Environment.value(of: name.text) else {
        throw ProcessFailure(
          .inputMissing, "expected \(what) in the variable \(name), found it unset",
          advice: "set it for this process, from where your secrets are kept")
      }
      text = value
    case .file(let file):
      text = try TextFile.read(path(file), what: what, advice: "check the path in pawl.yaml")
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw ProcessFailure(.inputMissing, "expected \(what) in \(file), found an empty file")
      }
    }
    CIEnvironment.ofThisProcess?.mask(text)
    return Secret(text)
  }
}
