/// What one step of an aggregate brings: things to do, and its result once it has one.
public struct Progress<Result> {
  public var actions: [Action]
  public var result: Result?

  /// Nothing to do, and not finished.
  public static var waiting: Progress { Progress(actions: [], result: nil) }

  /// To be done next.
  public static func act(_ actions: [Action]) -> Progress {
    Progress(actions: actions, result: nil)
  }

  /// Finished.
  public static func end(_ result: Result) -> Progress { Progress(actions: [], result: result) }
}
