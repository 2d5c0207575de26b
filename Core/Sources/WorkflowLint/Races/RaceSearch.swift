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
  private let start: RaceWorld

  /// - Parameter commits: How many commits each program runs for.
  init(_ programs: [RaceProgram], commits: Int) {
    self.programs = programs
    var shared: [RaceProgram.Shared] = []
    for thing in programs.flatMap(\.shared) where !shared.contains(thing) { shared.append(thing) }
    self.shared = shared
    let runs = (1...commits).flatMap { commit in
      programs.indices.map { RaceWorld.Run(program: $0, commit: commit) }
    }
    start = RaceWorld(values: shared.map { _ in 0 }, runs: runs)
  }

  func run() -> Result {
    var seen: Set<RaceWorld> = [start]
    var trail: [(event: RaceEvent?, parent: Int)] = [(nil, -1)]
    var worlds = [start]
    var index = 0
    while index < worlds.count {
      for (event, world) in successors(of: worlds[index]) where !seen.contains(world) {
        if event.isBackwards { return .found(path(to: index, in: trail) + [event], world) }
        guard worlds.count < Self.worldsMax else { return .gaveUp(worlds: worlds.count) }
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
    for index in world.runs.indices {
      switch world.runs[index].status {
      case .waitsForPush, .pending, .ended: continue
      case .ready: all += begin(index, in: world)
      case .running: all += step(index, in: world)
      case .cancelling: all += step(index, in: world) + [stop(index, in: world)]
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
        $0.program == run.program && $0.commit < run.commit && $0.status == .ready
      }
      if isOvertaking { return [] }
    }
    var next = world
    next.runs[index].status = .running
    var text = "starts"
    // A group of the whole run is entered as it starts; runs that start in order queue in order.
    if case .enter? = program.steps.first?.move {
      next.runs[index].next = 1
      text += enter(index, &next).map { " and \($0)" } ?? " and takes the group"
    }
    return [(RaceEvent(run: index, text: text, place: program.file), next)]
  }

  private func stop(_ index: Int, in world: RaceWorld) -> (RaceEvent, RaceWorld) {
    var next = world
    end(index, &next)
    return (RaceEvent(run: index, text: "is cancelled", place: nil), next)
  }

  private func end(_ index: Int, _ world: inout RaceWorld) {
    world.runs[index].status = .ended
    leave(index, &world)
  }

  private func leave(_ index: Int, _ world: inout RaceWorld) {
    let program = world.runs[index].program
    guard world.holders[program] == index else { return }
    world.holders[program] = nil
    guard let position = world.waiting.firstIndex(where: { world.runs[$0].program == program })
    else {
      return
    }
    let next = world.waiting.remove(at: position)
    world.holders[program] = next
    world.runs[next].status = .running
    world.runs[next].next += 1
  }

  private func step(_ index: Int, in world: RaceWorld) -> [(RaceEvent, RaceWorld)] {
    let run = world.runs[index]
    let program = programs[run.program]
    var next = world
    guard program.steps.indices.contains(run.next) else {
      end(index, &next)
      return [(RaceEvent(run: index, text: "ends", place: nil), next)]
    }
    let step = program.steps[run.next]
    next.runs[index].next += 1
    var event = RaceEvent(run: index, text: step.title, place: "\(step.file):\(step.mark.line)")
    switch step.move {
    case .enter:
      event = RaceEvent(
        run: index, text: enter(index, &next) ?? "takes the group", place: event.place)
    case .leave:
      leave(index, &next)
      event = RaceEvent(run: index, text: "gives the group back", place: event.place)
    case .askHead:
      let isNewer = world.head > run.commit
      next.runs[index].sawNewer = isNewer
      event = answer(step, isNewer ? "yes" : "no", index)
    case .ask(let thing):
      let value = world.values[position(of: thing)]
      next.runs[index].saw[position(of: thing)] = value
      event = answer(step, value == 0 ? "the release before" : "commit \(value)", index)
    case .verify:
      let isSame = shared.firstIndex(of: .fleet).map { world.values[$0] == run.commit } ?? true
      event = answer(step, isSame ? "yes" : "no", index)
      if !isSame { end(index, &next) }
    case .fenced(let thing):
      let position = position(of: thing)
      if world.values[position] > run.commit {
        event = RaceEvent(
          run: index, text: "\(step.title): refused, newer is there", place: event.place)
      } else {
        event.moved = (position, world.values[position], run.commit)
        next.values[position] = run.commit
      }
    case .effect(let thing, let guarded):
      let position = position(of: thing)
      let isHeld =
        guarded.head && run.sawNewer == true
        || guarded.shared && (run.saw[position] ?? 0) > run.commit
      if isHeld {
        event = RaceEvent(run: index, text: "leaves out \(step.title)", place: event.place)
      } else {
        event.moved = (position, world.values[position], run.commit)
        next.values[position] = run.commit
      }
    }
    // What was being done when it was cancelled is done; nothing after it.
    if run.status == .cancelling { end(index, &next) }
    return [(event, next)]
  }

  private func answer(_ step: RaceProgram.Step, _ text: String, _ index: Int) -> RaceEvent {
    RaceEvent(run: index, text: "\(step.title) \(text)", place: "\(step.file):\(step.mark.line)")
  }

  /// - Returns: what happened instead of taking the group.
  private func enter(_ index: Int, _ world: inout RaceWorld) -> String? {
    let number = world.runs[index].program
    guard let holder = world.holders[number] else {
      world.holders[number] = index
      return nil
    }
    switch programs[number].discipline {
    case .none: return nil
    case .cancels:
      world.runs[holder].status = .cancelling
      world.holders[number] = index
      return "takes the group and cancels the run of commit \(world.runs[holder].commit)"
    case .onePending:
      var replaced: String?
      for other in world.waiting where world.runs[other].program == number {
        world.runs[other].status = .ended
        replaced = "waits, in the place of the run of commit \(world.runs[other].commit)"
      }
      world.waiting.removeAll { world.runs[$0].status == .ended }
      wait(index, &world)
      return replaced ?? "waits for the group"
    case .queue:
      wait(index, &world)
      return "waits for the group"
    }
  }

  private func wait(_ index: Int, _ world: inout RaceWorld) {
    world.waiting.append(index)
    world.runs[index].status = .pending
    // It goes on at this step once the group is its own.
    world.runs[index].next -= 1
  }

  private func position(of thing: RaceProgram.Shared) -> Int {
    guard let index = shared.firstIndex(of: thing) else { return shared.count - 1 }
    return index
  }
}
