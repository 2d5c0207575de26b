import MarkedYAML

/// Looks for the shortest interleaving of a few runs that moves production backwards, breadth first.
struct RaceSearch: Sendable {
  /// More worlds than a workflow of this kind has; past it nothing is claimed.
  static let worldsMax = 400_000

  enum Result: Sendable {
    case found([RaceEvent], RaceWorld)
    case none(worlds: Int)
    case gaveUp(worlds: Int)
  }

  let programs: [RaceProgram]
  let shared: [RaceProgram.Shared]
  private let rules: RaceRules
  private let start: RaceWorld

  /// - Parameter commits: How many commits each program runs for.
  init(_ programs: [RaceProgram], commits: Int) {
    self.programs = programs
    rules = RaceRules(programs)
    var shared: [RaceProgram.Shared] = []
    for thing in programs.flatMap(\.shared) where !shared.contains(thing) { shared.append(thing) }
    self.shared = shared
    let runs = (1...commits).flatMap { commit in
      programs.enumerated().map { index, program in
        RaceWorld.Run(
          program: index, commit: commit, jobs: program.jobs.map { _ in RaceWorld.Job() })
      }
    }
    start = RaceWorld(
      values: shared.map { _ in 0 }, runs: runs, holders: rules.groups.map { _ in nil })
  }

  func run(worldsMax: Int = worldsMax) -> Result {
    var seen: Set<RaceWorld> = [start]
    var trail: [(event: RaceEvent?, parent: Int)] = [(nil, -1)]
    var worlds = [start]
    var index = 0
    while index < worlds.count {
      for (event, world) in successors(of: worlds[index]) where !seen.contains(world) {
        if event.isBackwards { return .found(path(to: index, in: trail) + [event], world) }
        guard worlds.count < worldsMax else { return .gaveUp(worlds: worlds.count) }
        seen.insert(world)
        worlds.append(world)
        trail.append((event, index))
      }
      index += 1
    }
    return .none(worlds: worlds.count)
  }

  private func path(to index: Int, in trail: [(event: RaceEvent?, parent: Int)]) -> [RaceEvent] {
    var events: [RaceEvent] = []
    var index = index
    while index >= 0 {
      if let event = trail[index].event { events.append(event) }
      index = trail[index].parent
    }
    return events.reversed()
  }

  // MARK: What can happen next

  private func successors(of world: RaceWorld) -> [(RaceEvent, RaceWorld)] {
    var all: [(RaceEvent, RaceWorld)] = []
    if let next = push(world) { all.append(next) }
    for (index, run) in world.runs.enumerated() {
      switch run.status {
      case .waitsForPush, .pending, .ended: continue
      case .ready: all += begin(index, in: world)
      case .running, .cancelling:
        for (job, state) in run.jobs.enumerated() {
          switch state.status {
          case .waitsForNeeds, .pending, .done, .failed: continue
          case .entering: all.append(enter(job, of: index, in: world))
          case .running: all.append(step(job, of: index, in: world))
          case .cancelling:
            all += [step(job, of: index, in: world), stop(job, of: index, in: world)]
          }
        }
      }
    }
    return all
  }

  private func push(_ world: RaceWorld) -> (RaceEvent, RaceWorld)? {
    let commit = world.head + 1
    guard world.runs.contains(where: { $0.commit == commit }) else { return nil }
    var next = world
    next.head = commit
    for index in next.runs.indices where next.runs[index].commit == commit {
      next.runs[index].status = .ready
    }
    return (RaceEvent(run: nil, text: "commit \(commit) is pushed", place: nil), next)
  }

  private func begin(_ index: Int, in world: RaceWorld) -> [(RaceEvent, RaceWorld)] {
    let run = world.runs[index]
    let program = programs[run.program]
    if program.startsInOrder {
      let isOvertaking = world.runs.contains {
        programs[$0.program].startsInOrder && $0.commit < run.commit && $0.status == .ready
      }
      if isOvertaking { return [] }
    }
    var next = world
    next.runs[index].status = .running
    var text = "starts"
    // A group of the whole run is entered as it starts; runs that start in order queue in order.
    if program.group != nil {
      let claim = RaceWorld.Claim(run: index, job: nil)
      text += " and \(rules.enter(claim, &next) ?? "takes the group")"
    }
    if next.runs[index].status == .running, let took = rules.startJobs(of: index, &next) {
      text += " and \(took)"
    }
    return [(RaceEvent(run: index, text: text, place: program.file), next)]
  }

  private func enter(
    _ job: Int, of index: Int, in world: RaceWorld
  ) -> (RaceEvent, RaceWorld) {
    let program = programs[world.runs[index].program]
    var next = world
    let text = rules.take(job, of: index, &next)
    let line = program.jobs[job].group?.mark.line ?? 1
    return (RaceEvent(run: index, text: text, place: "\(program.file):\(line)"), next)
  }

  private func stop(
    _ job: Int, of index: Int, in world: RaceWorld
  ) -> (RaceEvent, RaceWorld) {
    var next = world
    rules.cut(job, of: index, &next)
    return (RaceEvent(run: index, text: "is cancelled", place: nil), next)
  }

  private func step(
    _ job: Int, of index: Int, in world: RaceWorld
  ) -> (RaceEvent, RaceWorld) {
    let run = world.runs[index]
    let steps = programs[run.program].jobs[job].steps
    guard steps.indices.contains(run.jobs[job].next) else {
      var next = world
      rules.end(job, of: index, isSuccess: run.jobs[job].status == .running, &next)
      return (RaceEvent(run: index, text: "ends", place: nil), next)
    }
    let step = steps[run.jobs[job].next]
    var next = world
    next.runs[index].jobs[job].next += 1
    var event = RaceEvent(run: index, text: step.title, place: "\(step.file):\(step.mark.line)")
    var hasFailed = false
    switch step.move {
    case .other: break
    case .askHead(let number):
      let isNewer = world.head > run.commit
      note(number, isNewer, &next.runs[index])
      event = answer(step, isNewer ? "yes" : "no", index)
    case .ask(let thing, let number):
      let value = position(of: thing).map { world.values[$0] } ?? 0
      note(number, value > run.commit, &next.runs[index])
      event = answer(step, value == 0 ? "the release before" : "commit \(value)", index)
    case .verify:
      let isSame = position(of: .fleet).map { world.values[$0] == run.commit } ?? true
      event = answer(step, isSame ? "yes" : "no", index)
      hasFailed = !isSame
    case .fenced(let thing):
      let isNewer = position(of: thing).map { world.values[$0] > run.commit } ?? false
      event = move(
        thing, unless: isNewer, "\(step.title): refused, newer is there", event, &next)
    case .effect(let thing, let answers):
      let isHeld = answers.contains { run.noes & 1 << UInt64($0) != 0 }
      event = move(thing, unless: isHeld, "leaves out \(step.title)", event, &next)
    }
    if hasFailed || run.jobs[job].status == .cancelling {
      // What was being done when it was cancelled is done; nothing after it.
      rules.cut(job, of: index, &next)
    } else if next.runs[index].jobs[job].next == steps.count {
      rules.end(job, of: index, isSuccess: true, &next)
    }
    return (event, next)
  }

  private func note(_ number: Int, _ isNo: Bool, _ run: inout RaceWorld.Run) {
    let bit: UInt64 = 1 << UInt64(number)
    if isNo { run.noes |= bit } else { run.noes &= ~bit }
  }

  private func move(
    _ thing: RaceProgram.Shared, unless isHeld: Bool, _ instead: String, _ event: RaceEvent,
    _ world: inout RaceWorld
  ) -> RaceEvent {
    guard let index = event.run, let position = position(of: thing), !isHeld else {
      return RaceEvent(run: event.run, text: instead, place: event.place)
    }
    var event = event
    let commit = world.runs[index].commit
    event.moved = (position, world.values[position], commit)
    world.values[position] = commit
    return event
  }

  private func answer(_ step: RaceProgram.Step, _ text: String, _ index: Int) -> RaceEvent {
    RaceEvent(run: index, text: "\(step.title) \(text)", place: "\(step.file):\(step.mark.line)")
  }

  private func position(of thing: RaceProgram.Shared) -> Int? { shared.firstIndex(of: thing) }
}
