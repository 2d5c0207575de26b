// What a job tells its CI when no run concluded.

extension ProcessFailure: JobReport {
  public var outputs: [(name: String, value: String)] {
    [("outcome", status.label), ("report", summary)]
  }

  public var annotation: String {
    WorkflowCommand.annotation(
      .error, title: "pawl: \(status.label)",
      ([message] + details).joined(separator: "\n") + (advice.map { "\nNext: \($0)" } ?? ""))
  }

  public var markdown: String {
    var page = "## pawl: \(status.label)\n\n\(Markdown.escaped(message))\n"
    if let advice { page += "\n**Next:** \(Markdown.escaped(advice))\n" }
    return page
      + Markdown.table("Findings", ["Finding"], details.map { [$0] })
  }

  private var summary: String { "\(status.label): \(message)" }
}
