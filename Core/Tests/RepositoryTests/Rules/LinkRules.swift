import Foundation

/// Links between the pages and files of the repository.
struct LinkRules {
  let pages: [MarkdownPage]
  /// The path of every file.
  let paths: [String]

  /// Relative links whose file, folder or heading is not there.
  func brokenLinks() -> [Finding] {
    pages.flatMap { page in
      page.links.compactMap { link in
        brokenness(of: link, on: page).map {
          Finding(path: page.path, line: link.line, message: $0)
        }
      }
    }
  }

  /// Pages under docs/ that no other page links to, so that nobody finds them.
  func unreachedPages() -> [Finding] {
    let reached = pages.flatMap { page in
      page.links.map { Self.split($0.target, on: page).path }.filter { $0 != page.path }
    }
    return pages.filter { $0.path.hasPrefix("docs/") && !reached.contains($0.path) }
      .map { Finding(path: $0.path, line: 0, message: "no page links here: link it or delete it") }
  }

  private func brokenness(of link: MarkdownPage.Link, on page: MarkdownPage) -> String? {
    guard !["https:", "http:", "mailto:"].contains(where: link.target.hasPrefix) else { return nil }
    let (path, anchor) = Self.split(link.target, on: page)
    let isThere = paths.contains { $0 == path || $0.hasPrefix(path + "/") }
    guard isThere || path.isEmpty else {
      return "links to '\(link.target)', and there is no \(path): mend the link or write the page"
    }
    guard let anchor else { return nil }
    guard let target = pages.first(where: { $0.path == path }) else {
      return "links to a heading of \(path), which is no Markdown page"
    }
    return target.anchors.contains(anchor)
      ? nil : "links to '#\(anchor)', and \(path) has no such heading: \(target.anchors)"
  }

  /// The path from the root, and the heading, that `target` means on `page`.
  private static func split(
    _ target: String, on page: MarkdownPage
  ) -> (path: String, anchor: String?) {
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let anchor = parts.count > 1 ? String(parts[1]) : nil
    guard let relative = parts.first, !relative.isEmpty else { return (page.path, anchor) }
    var steps = page.path.split(separator: "/").dropLast().map(String.init)
    for step in relative.split(separator: "/") {
      switch step {
      case ".": break
      case ".." where !steps.isEmpty: steps.removeLast()
      default: steps.append(String(step))
      }
    }
    return (steps.joined(separator: "/"), anchor)
  }
}
