import MarkedYAML

/// `<workflow> / <job> (<event>)`: what a job reports under, and what gates wait for.
struct StatusContext {
  /// Without the event.
  let prefix: String

  init(workflow: Workflow, job: Job) {
    prefix = "\(workflow.name?.value ?? "") / \(job.title)"
  }

  /// Every context that the jobs of `file` report, by job. A matrix or an expression in a name is a
  /// `*`. Calls of reusable workflows report under names that stand in the other file: `job / *`.
  static func all(in file: LintedFile) -> [(job: Job, event: String, pattern: String)] {
    file.jobs.flatMap { job -> [(job: Job, event: String, pattern: String)] in
      let base = pattern(of: StatusContext(workflow: file.workflow, job: job).prefix)
      return file.workflow.triggers.flatMap { trigger in
        file.targets.map { target in
          guard target.forge != .github else {
            // A check run bears the name of its job, the values of a matrix behind it.
            let name = pattern(of: job.title) + (job.matrix == nil ? "" : "*")
            return (job, trigger.event, job.uses == nil ? name : name + " / *")
          }
          let suffix = " (\(Events.suffix(of: trigger.event, on: target)))"
          let inner = job.uses == nil ? "" : "*"
          let matrix = job.matrix != nil && job.name == nil ? "*" : ""
          return (job, trigger.event, base + matrix + inner + suffix)
        }
      }
    }
  }

  /// A name with `*` for every expression in it.
  private static func pattern(of name: String) -> String {
    var pattern = ""
    var end = 0
    let bytes = Array(name.utf8)
    for found in Interpolation.all(in: name) {
      pattern += String(decoding: bytes[end..<found.range.lowerBound], as: UTF8.self) + "*"
      end = found.range.upperBound
    }
    return pattern + String(decoding: bytes[end...], as: UTF8.self)
  }

  /// Whether a required context, which may hold `*`, and one that is reported can be the same.
  static func matches(_ required: String, _ reported: String) -> Bool {
    if required == reported { return true }
    if Glob(required).matches(reported, crossing: true) { return true }
    return Glob(reported).matches(required, crossing: true)
  }
}
