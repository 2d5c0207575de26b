import Decisions
import OrderedCollections
public import Vocabulary

/// Draws a run as a few lines that are drawn again whenever something has changed.
public struct LiveView: Sendable {
  private let delivery: DeliveryName
  private let id: RunID
  /// When each wait was first seen, on the clock that ``frame(_:at:width:)`` is given.
  private var waits: OrderedDictionary<EffectID, TimeSpan> = [:]

  public init(delivery: DeliveryName, run: RunID) {
    self.delivery = delivery
    id = run
  }

  /// The run as it is now, each line at most `width` columns wide.
  /// - Parameter elapsed: monotonic, since any fixed moment.
  public mutating func frame(
    _ scene: Scene, at elapsed: TimeSpan, width: Int, _ style: Style
  ) -> [String] {
    guard let run = scene.state.runs[id] else { return [] }
    remember(scene.state, at: elapsed)
    let lines =
      header(of: run, scene) + stage(of: run, scene, at: elapsed, width: width) + kill(scene)
      + waves(of: run, width: width) + channels(of: run)
      + followers(of: run, scene, at: elapsed, width: width)
    return lines.map { $0.fitted(to: width, style) }
  }

  private mutating func remember(_ state: ControlState, at elapsed: TimeSpan) {
    var seen: OrderedDictionary<EffectID, TimeSpan> = [:]
    let ids = [id, state.followUp(after: id)?.id]
    for effect in state.wanted where ids.contains(effect.run) {
      guard case .wait = effect.action else { continue }
      seen[effect.id] = waits[effect.id] ?? elapsed
    }
    waits = seen
  }
}

// MARK: - The head

extension LiveView {
  private func header(of run: Run, _ scene: Scene) -> [Line] {
    var title = Line("pawl ", .quiet)
    title.add("\(delivery)", .strong)
    title.add("  \(run.orderWord) ")
    title.add(run.commit.text, .strong)
    var origin = Line("\(run.id), ordered by \(run.orderedBy), ", .quiet)
    switch scene.leader {
    case .us: origin.add("led by this process", .quiet)
    case .other(let holder): origin.add("another process leads (\(holder)); following", .warning)
    case .nobody: origin.add("nobody leads yet", .quiet)
    }
    return [title, origin]
  }

  private func stage(
    of run: Run, _ scene: Scene, at elapsed: TimeSpan, width: Int
  ) -> [Line] {
    if let conclusion = run.conclusion, case .concluded(_, let sentence) = run.stage {
      let sign = conclusion.exitCode == 0 ? "✓" : "✗"
      let title = Line("\(sign) \(conclusion)", conclusion.color)
      return [title] + paragraph(sentence, width: width)
    }
    let waits = waits
    let activity = Activity(of: run, in: scene.state) { id in waits[id].map { elapsed - $0 } }
    var line = Line("● \(run.stage.word)", .active)
    line.add("  \(activity.sentence)")
    if let left = soakingLeft(of: run, scene.state, at: elapsed), left > .zero {
      line.add("; at least \(left.wholeSeconds) to go", .quiet)
    }
    return [line]
  }

  /// What must be read to its end, indented.
  private func paragraph(_ text: String, width: Int, _ color: Color? = nil) -> [Line] {
    wrapped(printable(text, charactersMax: Line.charactersMax), to: max(width - 2, 10)).map {
      Line("  \($0)", color)
    }
  }

  /// The soaks of the waves that are still to come, and the rest of the present one: the part of the
  /// time left that is known.
  private func soakingLeft(of run: Run, _ state: ControlState, at elapsed: TimeSpan) -> TimeSpan? {
    guard let rollout = run.rollout, run.stage == .rolling, rollout.waves.count > 1 else {
      return nil
    }
    let soak = run.plan.rollout.soak
    var left = TimeSpan.zero
    for _ in 0..<max(rollout.waves.count - rollout.waveIndex - 1, 0) { left = left + soak }
    switch rollout.phase {
    case .paused, .moving: return left + soak
    case .soaking:
      let since = state.wanted.first { effect in
        guard effect.run == run.id, case .wait(.soak, _) = effect.action else { return false }
        return true
      }.flatMap { waits[$0.id] }
      return left + (soak - (since.map { elapsed - $0 } ?? .zero))
    case .reproving: return left
    case .counting, .surveying, .judging, .recounting, .proving, .reverting, .ended: return nil
    }
  }

  private func kill(_ scene: Scene) -> [Line] {
    guard let kill = scene.state.safety.kill else { return [] }
    return [
      Line("✗ kill switch on since \(kill.since) by \(kill.by): \(kill.reason)", .bad),
      Line("  nothing that changes anything is sent; pawl kill clear --reason …", .bad),
    ]
  }
}

// MARK: - Followers

extension LiveView {
  /// How those stand that are moved to what the run has promoted, or to what had given way to it.
  private func followers(
    of run: Run, _ scene: Scene, at elapsed: TimeSpan, width: Int
  ) -> [Line] {
    guard let followUp = scene.state.followUp(after: run.id) else { return [] }
    return [Line("followers, \(followUp.id)", .quiet)]
      + stage(of: followUp, scene, at: elapsed, width: width) + waves(of: followUp, width: width)
  }
}

// MARK: - Waves and channels

extension LiveView {
  /// The width of the first column: the longest wave name there usually is.
  private static let nameColumns = 11

  /// How many lines a wave of which every tenant stands alike may take.
  private static let linesMax = 3

  /// `240 tenants proven`; nil when they do not all stand alike.
  private func common(_ tenants: [TenantProgress]) -> Line? {
    guard let status = tenants.first?.status, tenants.allSatisfy({ $0.status == status }) else {
      return nil
    }
    return Line("\(tenants.count) tenants \(status.word)")
  }

  private func waves(of run: Run, width: Int) -> [Line] {
    guard let rollout = run.rollout else { return [] }
    var lines = rollout.waves.flatMap { wave in
      let tenants = wave.tenants.compactMap { rollout.tenants[$0] }
      let whole = row(sign(of: tenants), "\(wave.name)", tenants.map(cell), width: width)
      guard whole.count > Self.linesMax, let common = common(tenants) else { return whole }
      return row(sign(of: tenants), "\(wave.name)", [common], width: width)
    }
    let pinned = rollout.tenants.values.filter { $0.status == .pinned }
    if !pinned.isEmpty {
      lines += row(Line("– ", .quiet), "pinned", pinned.map(cell), width: width)
    }
    for progress in rollout.tenants.values {
      guard let why = progress.complaint else { continue }
      // Once the run has ended its conclusion says the same.
      guard run.isLive else { continue }
      lines += paragraph("✗ \(progress.tenant.slug): \(why)", width: width, .bad)
    }
    return lines
  }

  private func sign(of tenants: [TenantProgress]) -> Line {
    if tenants.contains(where: { if case .failed = $0.status { true } else { false } }) {
      return Line("✗ ", .bad)
    }
    if tenants.allSatisfy({ $0.status == .proven }) { return Line("✓ ", .good) }
    return tenants.allSatisfy({ $0.status == .waiting }) ? Line("○ ", .quiet) : Line("● ", .active)
  }

  /// `✓ reno-stars proven`: the sign, the name and the word, so that nothing hangs on the colour.
  private func cell(_ progress: TenantProgress) -> Line {
    var cell = Line("\(progress.status.sign) ", progress.status.color)
    cell.add(progress.tenant.slug.text)
    if progress.status != .waiting && progress.status != .proven {
      cell.add(" \(progress.status.word)", progress.status.color)
    }
    return cell
  }

  /// The cells behind the name, on as many lines as they need.
  private func row(_ sign: Line, _ name: String, _ cells: [Line], width: Int) -> [Line] {
    let indent = 2 + Self.nameColumns
    var lines: [Line] = []
    var line = sign
    line.add(name + String(repeating: " ", count: max(Self.nameColumns - columns(of: name), 1)))
    var used = indent
    for cell in cells {
      let needed = cell.columns + 2
      if used > indent, used + needed > width {
        lines.append(line)
        line = Line(String(repeating: " ", count: indent))
        used = indent
      }
      line.add(cell)
      line.add("  ")
      used += needed
    }
    return lines + [line]
  }

  private func channels(of run: Run) -> [Line] {
    guard let promotion = run.promotion else { return [] }
    return promotion.moves.map { move in
      var line = Line("\(move.state.sign) ", move.state.color)
      line.add("\(move.target)  ")
      if move.old == move.new {
        line.add("already \(move.new.short)", .quiet)
      } else {
        line.add("\(move.old.map(\.short) ?? "nothing") → \(move.new.short)")
        line.add("  \(move.state.complaint ?? move.state.word)", move.state.color)
      }
      return line
    }
  }
}

extension TenantProgress {
  /// Why it is not moved any further; nil while nothing is wrong with it.
  fileprivate var complaint: String? {
    switch status {
    case .failed(let why), .leftAlone(let why): why
    case .pinned, .waiting, .outsideWindow, .ordered, .settling, .proven, .reverting, .reverted: nil
    }
  }
}

extension Line {
  fileprivate var columns: Int { spans.reduce(0) { $0 + Presentation.columns(of: $1.text) } }

  fileprivate mutating func add(_ line: Line) {
    for span in line.spans { add(span.text, span.color) }
  }
}
