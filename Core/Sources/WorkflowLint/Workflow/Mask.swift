import MarkedYAML

/// A `continue-on-error` that is on.
struct Mask {
  let mark: YAMLMark
  /// For a sentence: `the job 'test'`.
  let subject: String
  let job: Job

  /// Literal ones; an expression may be off.
  static func all(in file: LintedFile) -> [Mask] {
    file.jobs.flatMap { job -> [Mask] in
      var masks: [Mask] = []
      if let mask = job.continueOnError, mask.value.lowercased() == "true" {
        masks.append(Mask(mark: mask.mark, subject: "the job '\(job.title)'", job: job))
      }
      for step in job.steps {
        guard let mask = step.continueOnError, mask.value.lowercased() == "true" else { continue }
        masks.append(Mask(mark: mask.mark, subject: "the step '\(step.title)'", job: job))
      }
      return masks
    }
  }

  /// The jobs that had a mask and have none any more.
  static func removed(from base: LintedFile, to head: LintedFile) -> [Job] {
    let masked = jobs(in: head)
    return jobs(in: base).compactMap { mask in
      guard let job = head.workflow.job(mask.job.id),
        !masked.contains(where: { $0.job.id == job.id })
      else { return nil }
      return job
    }
  }

  /// Those of whole jobs, by job.
  static func jobs(in file: LintedFile) -> [Mask] {
    all(in: file).filter { $0.subject.hasPrefix("the job") }
  }
}
