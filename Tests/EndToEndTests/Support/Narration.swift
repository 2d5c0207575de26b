import Glibc

/// Tells whoever watches a long test how far it is, at once: what is printed would wait in a buffer.
func say(_ sentence: String) {
  let line = Array((sentence + "\n").utf8)
  _ = write(STDERR_FILENO, line, line.count)
}
