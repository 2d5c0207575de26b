/// One question to a Prometheus server, as PromQL that answers with one number.
public struct MetricQuery: ParsedText {
  public static let noun = "metric query"
  public static let expectation = "one line of PromQL, 1 to 1000 printable characters"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...1_000).contains(text.utf8.count), text.first != " ", text.last != " ",
      text.utf8.allSatisfy({ $0 > 0x1F && $0 != 0x7F })
    else { return nil }
    return text
  }
}
