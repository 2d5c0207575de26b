import Glibc
import Presentation
import Synchronization
import Vocabulary

/// Shows a run while it goes on: frames that replace each other on a terminal, lines elsewhere.
///
/// The cursor is never hidden and every frame is one write that ends below it, so that there is nothing to
/// restore, however the process ends.
final class Screen: Sendable {
  enum Manner: Sendable {
    case frames(LiveView, Style)
    case lines(PlainLines)
  }

  /// At most ten frames a second.
  private static let framePause = TimeSpan.milliseconds(100)

  private struct State: Sendable {
    var manner: Manner
    /// How many lines the frame on the screen has.
    var drawn = 0
    var drawnAt: TimeSpan?
    var last: Scene?
  }

  private let state: Mutex<State>
  private let descriptor: Int32

  init(_ manner: Manner, on descriptor: Int32) {
    state = Mutex(State(manner: manner))
    self.descriptor = descriptor
  }

  /// Shows what has changed.
  /// - Parameter elapsed: monotonic, since any fixed moment.
  func show(_ scene: Scene, at elapsed: TimeSpan) {
    state.withLock { state in
      state.last = scene
      if case .frames = state.manner, let drawnAt = state.drawnAt,
        elapsed < drawnAt + Self.framePause
      {
        return
      }
      draw(scene, at: elapsed, &state)
    }
  }

  /// Shows the last scene as it was, whatever the pace.
  func finish(at elapsed: TimeSpan) {
    state.withLock { state in
      guard let scene = state.last else { return }
      draw(scene, at: elapsed, &state)
    }
  }

  /// Says something that is not of the run; the frame goes on below it.
  func say(_ text: String) {
    state.withLock { state in
      state.drawn = 0
      write(text + "\n", to: descriptor)
    }
  }

  private func draw(_ scene: Scene, at elapsed: TimeSpan, _ state: inout State) {
    switch state.manner {
    case .lines(var lines):
      let news = lines.receive(scene)
      state.manner = .lines(lines)
      if !news.isEmpty { write(news.map { $0 + "\n" }.joined(), to: descriptor) }
    case .frames(var view, let style):
      let size = size()
      let frame = view.frame(scene, at: elapsed, width: size.columns, style)
      state.manner = .frames(view, style)
      let shown = Self.cut(frame, to: size.rows - 1)
      let back = state.drawn > 0 ? "\u{1B}[\(state.drawn)A\r" : ""
      write(back + shown.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J", to: descriptor)
      state.drawn = shown.count
      state.drawnAt = elapsed
    }
  }

  /// A frame that is taller than the terminal could not be drawn over.
  private static func cut(_ frame: [String], to rows: Int) -> [String] {
    guard frame.count > rows, rows > 1 else { return frame }
    return frame.prefix(rows - 1) + ["… and \(frame.count - rows + 1) more lines"]
  }

  private func size() -> (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
