/// How runs, jobs and groups follow each other in a world: what a server does, without being asked.
struct RaceRules: Sendable {
  let programs: [RaceProgram]
  /// The names of the groups; a world knows them by their place here.
  let groups: [String]

  init(_ programs: [RaceProgram]) {
    self.programs = programs
    var names: [String] = []
    for group in programs.flatMap(\.groups) where !names.contains(group.name) {
      names.append(group.name)
    }
    groups = names
  }

  private func group(of claim: RaceWorld.Claim, in world: RaceWorld) -> RaceProgram.Group? {
    let program = programs[world.runs[claim.run].program]
    return claim.job.map { program.jobs[$0].group } ?? program.group
  }

  private func number(of claim: RaceWorld.Claim, in world: RaceWorld) -> Int? {
    group(of: claim, in: world).flatMap { groups.firstIndex(of: $0.name) }
  }

  // MARK: Groups

  /// - Returns: what happened instead of taking the group.
  func enter(_ claim: RaceWorld.Claim, _ world: inout RaceWorld) -> String? {
    guard let group = group(of: claim, in: world), let number = number(of: claim, in: world) else {
      return nil
    }
    guard let holder = world.holders[number] else {
      world.holders[number] = claim
      return nil
    }
    let waiting = world.waiting.filter { self.number(of: $0, in: world) == number }
    switch group.discipline {
    case .cancels:
      world.holders[number] = claim
      for other in waiting { drop(other, &world) }
      cancel(holder, &world)
      return "takes the group and cancels the run of commit \(world.runs[holder.run].commit)"
    case .onePending:
      for other in waiting { drop(other, &world) }
      wait(claim, &world)
      return waiting.last.map {
        "waits, in the place of the run of commit \(world.runs[$0.run].commit)"
      } ?? "waits for the group"
    case .queue:
      wait(claim, &world)
      return "waits for the group"
    }
  }

  private func wait(_ claim: RaceWorld.Claim, _ world: inout RaceWorld) {
    world.waiting.append(claim)
    if let job = claim.job {
      world.runs[claim.run].jobs[job].status = .pending
    } else {
      world.runs[claim.run].status = .pending
    }
  }

  private func leave(_ claim: RaceWorld.Claim, _ world: inout RaceWorld) {
    guard let number = number(of: claim, in: world), world.holders[number] == claim else { return }
    world.holders[number] = nil
    guard
      let position = world.waiting.firstIndex(where: { self.number(of: $0, in: world) == number })
    else { return }
    let next = world.waiting.remove(at: position)
    world.holders[number] = next
    if let job = next.job {
      world.runs[next.run].jobs[job].status = .running
    } else {
      world.runs[next.run].status = .running
      _ = startJobs(of: next.run, &world)
    }
  }

  /// Another took its place in the row.
  private func drop(_ claim: RaceWorld.Claim, _ world: inout RaceWorld) {
    world.waiting.removeAll { $0 == claim }
    if let job = claim.job { return end(job, of: claim.run, isSuccess: false, &world) }
    world.runs[claim.run].status = .ended
    for job in world.runs[claim.run].jobs.indices {
      world.runs[claim.run].jobs[job].status = .failed
    }
  }

  private func cancel(_ claim: RaceWorld.Claim, _ world: inout RaceWorld) {
    let program = programs[world.runs[claim.run].program]
    if claim.job == nil { world.runs[claim.run].status = .cancelling }
    let jobs = claim.job.map { [$0] } ?? Array(program.jobs.indices)
    for job in jobs {
      let isKept = claim.job == nil && program.jobs[job].isAlways
      switch world.runs[claim.run].jobs[job].status {
      case .running where !isKept: world.runs[claim.run].jobs[job].status = .cancelling
      case .waitsForNeeds where !isKept, .entering where !isKept:
        world.runs[claim.run].jobs[job].status = .failed
      case .pending where !isKept: drop(RaceWorld.Claim(run: claim.run, job: job), &world)
      case .waitsForNeeds, .entering, .pending, .running, .cancelling, .done, .failed: break
      }
    }
    settle(claim.run, &world)
  }

  // MARK: Jobs

  /// - Returns: what became of the groups of jobs that are entered with the run.
  func startJobs(of run: Int, _ world: inout RaceWorld) -> String? {
    settle(run, &world)
    var text: String?
    for (index, job) in programs[world.runs[run].program].jobs.enumerated()
    where job.entersWithRun && world.runs[run].jobs[index].status == .entering {
      text = take(index, of: run, &world)
    }
    return text
  }

  /// The job takes its group, or waits for it.
  func take(_ job: Int, of run: Int, _ world: inout RaceWorld) -> String {
    world.runs[run].jobs[job].status = .running
    return enter(RaceWorld.Claim(run: run, job: job), &world) ?? "takes the group"
  }

  func end(_ job: Int, of run: Int, isSuccess: Bool, _ world: inout RaceWorld) {
    world.runs[run].jobs[job].status = isSuccess ? .done : .failed
    leave(RaceWorld.Claim(run: run, job: job), &world)
    settle(run, &world)
  }

  /// Nothing more of the job is done but what is always done.
  func cut(_ job: Int, of run: Int, _ world: inout RaceWorld) {
    let steps = programs[world.runs[run].program].jobs[job].steps
    let next = world.runs[run].jobs[job].next
    if let kept = steps[min(next, steps.count)...].firstIndex(where: \.isAlways) {
      world.runs[run].jobs[job].next = kept
      world.runs[run].jobs[job].status = .cancelling
    } else {
      end(job, of: run, isSuccess: false, &world)
    }
  }

  /// Starts jobs whose needs have ended, leaves out those whose needs have failed, and ends the run.
  private func settle(_ run: Int, _ world: inout RaceWorld) {
    let program = programs[world.runs[run].program]
    var isSettled = false
    while !isSettled {
      isSettled = true
      for (index, job) in program.jobs.enumerated() {
        let jobs = world.runs[run].jobs
        guard jobs[index].status == .waitsForNeeds, job.needs.allSatisfy({ jobs[$0].hasEnded })
        else { continue }
        let hasNeeds = job.needs.allSatisfy { jobs[$0].status == .done }
        let isOn =
          (hasNeeds || job.goesOnAfterFailure || job.isAlways)
          && (world.runs[run].status == .running || job.isAlways)
        world.runs[run].jobs[index].status =
          !isOn ? .failed : job.group != nil ? .entering : job.steps.isEmpty ? .done : .running
        isSettled = false
      }
    }
    guard world.runs[run].jobs.allSatisfy(\.hasEnded), world.runs[run].status != .ended else {
      return
    }
    world.runs[run].status = .ended
    leave(RaceWorld.Claim(run: run, job: nil), &world)
  }
}
