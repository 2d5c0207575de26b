import Glibc
import WorkflowLint

/// Writes the pages of docs/rules anew: `make rules`.
@main
struct RulePages {
  static func main() {
    guard CommandLine.arguments.count == 2 else {
      end("expected the folder to write to, such as docs/rules")
    }
    let folder = CommandLine.arguments[1]
    for about in RuleCatalogue.all {
      let page = RulePage(about)
      write(page.markdown, to: "\(folder)/\(page.fileName)")
    }
    write(RulePage.index, to: "\(folder)/README.md")
  }

  private static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { end("\(path) cannot be written") }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else { end("\(path) was not written in full") }
  }

  private static func end(_ message: String) -> Never {
    perror(message)
    exit(1)
  }
}
