/// One command with its words as far as they are known.
struct CommandLine {
  let command: SimpleCommand
  /// The program, without folder and wrappers.
  let tool: String
  let texts: [String]
  let scene: ShellScene
  let all: String

  init(command: SimpleCommand, tool: String, texts: [String], scene: ShellScene) {
    (self.command, self.tool, self.texts, self.scene) = (command, tool, texts, scene)
    all = texts.joined(separator: " ")
  }

  var isRequest: Bool { ["curl", "wget", "http", "https", "xh", "httpie"].contains(tool) }

  /// Whether a request changes something.
  var changes: Bool {
    let methods = ["POST", "PUT", "PATCH", "DELETE"]
    for (word, next) in zip(texts, texts.dropFirst() + [""]) {
      if word == "-X" || word == "--request", methods.contains(next.uppercased()) { return true }
      if methods.contains(where: { word == "-X" + $0 || word == "--request=" + $0 }) { return true }
      if methods.contains(word) { return true }
      let data = ["-d", "--data", "--data-raw", "--data-binary", "--json", "-F", "--form", "-T"]
      if data.contains(word) || word.hasPrefix("--data=") || word.hasPrefix("--post-data") {
        return true
      }
    }
    return false
  }

  /// Whether it asks how two commits are related.
  var isAncestry: Bool {
    if tool == "git" { return texts.contains("merge-base") || texts.contains("--is-ancestor") }
    return (isRequest || tool == "gh" || tool == "tea") && all.has("/compare/")
  }

  private var operands: [String] { texts.dropFirst().filter { !$0.hasPrefix("-") } }

  // MARK: Tags that it moves

  /// The tags of images that it moves.
  var promotions: [Promotion] {
    switch tool {
    case "crane", "gcrane": crane
    case "skopeo": operands.first == "copy" ? copy(operands.dropFirst()) : []
    case "regctl":
      operands.starts(with: ["image", "copy"]) ? copy(operands.dropFirst(2)) : []
    case "oras":
      operands.first == "tag"
        ? retag(operands.dropFirst()) : operands.first == "cp" ? copy(operands.dropFirst()) : []
    case "docker", "podman", "nerdctl", "buildah": docker
    case "aws": ecr
    default: []
    }
  }

  private var crane: [Promotion] {
    switch operands.first {
    case "tag": retag(operands.dropFirst())
    case "copy", "cp": copy(operands.dropFirst())
    default: []
    }
  }

  private var docker: [Promotion] {
    let words = operands
    if words.starts(with: ["buildx", "imagetools", "create"]) {
      let sources = words.dropFirst(3).filter { !tagValues.contains($0) }
      return tagValues.compactMap { target(String($0), source: sources.first, isBuild: false) }
    }
    let pushes = texts.contains("--push") || all.has("push=true")
    if words.contains("build") || words.contains("bake"), pushes {
      return tagValues.compactMap { target($0, source: nil, isBuild: true) }
    }
    if words.first == "push" || words.starts(with: ["image", "push"]) {
      return words.dropFirst().suffix(1).compactMap { target($0, source: nil, isBuild: true) }
    }
    return []
  }

  private var tagValues: [String] {
    zip(texts, texts.dropFirst() + [""]).compactMap { word, next in
      if word == "-t" || word == "--tag" { return next }
      return word.hasPrefix("--tag=") ? String(word.dropFirst(6)) : nil
    }
  }

  /// `aws ecr put-image --repository-name app --image-tag latest`
  private var ecr: [Promotion] {
    guard texts.contains("ecr"), texts.contains("put-image") else { return [] }
    func value(_ name: String) -> String? {
      texts.firstIndex(of: name).flatMap {
        texts.indices.contains($0 + 1) ? texts[$0 + 1] : nil
      }
    }
    guard let tag = value("--image-tag") else { return [] }
    let image = value("--repository-name") ?? "?"
    return [Promotion(image: image, tag: tag, source: value("--image-manifest"), isBuild: false)]
  }

  /// `tag SOURCE NAME...`, where a name is a tag of the same repository.
  private func retag(_ words: ArraySlice<String>) -> [Promotion] {
    guard let source = words.first else { return [] }
    return words.dropFirst().map {
      Promotion(image: ImageName(source).image, tag: $0, source: source, isBuild: false)
    }
  }

  /// `copy SOURCE TARGET`
  private func copy(_ words: ArraySlice<String>) -> [Promotion] {
    guard words.count >= 2, let source = words.first, let last = words.dropFirst().first else {
      return []
    }
    return target(last, source: source, isBuild: false).map { [$0] } ?? []
  }

  private func target(_ text: String, source: String?, isBuild: Bool) -> Promotion? {
    var name = text[...]
    if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
    let reference = ImageName(String(name))
    return reference.tag.map {
      Promotion(image: reference.image, tag: $0, source: source, isBuild: isBuild)
    }
  }
}
