import Diagnostics
import Vocabulary

extension SettingsReader {
  /// The list `images`.
  mutating func images(_ field: Field) -> [ImageSettings]? {
    guard let items = filledList(field, expected: "a list of the images that are released together")
    else { return nil }
    var images: [ImageSettings?] = []
    var names = Taken()
    var repositories = Taken()
    for item in items {
      let image = image(item, names: &names, repositories: &repositories)
      images.append(image)
    }
    return allOrNone(images)
  }

  private mutating func image(
    _ field: Field, names: inout Taken, repositories: inout Taken
  ) -> ImageSettings? {
    guard
      let section = section(
        field, keys: ["name", "build", "revision_label", "source_label"],
        expected: "an image with 'name' and 'build'")
    else { return nil }
    refuseOtherLabel(section.field("revision_label"), than: "org.opencontainers.image.revision")
    refuseOtherLabel(section.field("source_label"), than: "org.opencontainers.image.source")
    let name = word(section.field("name"), as: ImageName.self)
    let build = template(section.field("build"))
    if let name { claim(name.text, in: &names, at: section.field("name").place, what: "image") }
    if let build {
      claim(
        build.repository.text, in: &repositories, at: section.field("build").place,
        what: "image with the repository",
        hint: "a channel tag can carry only one image of a repository")
    }
    guard let name, let build else { return nil }
    return ImageSettings(name: name, build: build)
  }

  private mutating func refuseOtherLabel(_ field: Field, than standard: String) {
    guard field.node != nil, let text = text(field, expected: "'\(standard)'"), text != standard
    else {
      return
    }
    reportNotAvailable(field.path, text, at: field.place, expected: "'\(standard)'")
  }

  private mutating func template(_ field: Field) -> BuildTemplate? {
    guard let text = text(field, expected: BuildTemplate.expectation) else { return nil }
    let unknown = placeholders(in: text).filter { !BuildTemplate.placeholders.contains($0) }
    for placeholder in unknown {
      report(
        .malformed, at: field.place,
        "'\(field.path)' has the unknown placeholder \(shown("{\(placeholder)}")); "
          + "expected '{registry}' and '{sha}'",
        hint: nearest(to: placeholder, in: BuildTemplate.placeholders).map {
          "did you mean '{\($0)}'?"
        })
    }
    return unknown.isEmpty ? word(text, at: field.place, in: field.path) : nil
  }

  /// What stands in braces in `text`.
  private func placeholders(in text: String) -> [String] {
    text.split(separator: "{").dropFirst(text.hasPrefix("{") ? 0 : 1).compactMap { part in
      part.firstIndex(of: "}").map { String(part[..<$0]) }
    }
  }
}
