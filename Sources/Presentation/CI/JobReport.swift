/// What a job tells its CI: to people on the page of the step and beside it, to later steps as outputs.
public protocol JobReport {
  /// What later steps can branch on: `outcome` always, and `report`, which says it in a sentence.
  var outputs: [(name: String, value: String)] { get }
  /// How it ended, in one line that runners show by itself.
  var annotation: String { get }
  /// The page of the step.
  var markdown: String { get }
}
