import Diagnostics
import Vocabulary

extension SettingsReader {
  /// How a fleet is moved by a program of one's own.
  mutating func command(_ section: Section) -> CommandSettings? {
    let words = commandLine(section.field("redeploy"))
    let environment = environmentNames(section.field("environment"))
    let timeLimit = span(
      section.field("time_limit"), in: .seconds(1) ... .minutes(120), default: .minutes(10))
    guard let words, let environment, let timeLimit else { return nil }
    return CommandSettings(
      program: words[0].text, arguments: Array(words.dropFirst()), environment: environment,
      timeLimit: timeLimit)
  }

  private mutating func commandLine(_ field: Field) -> [CommandWord]? {
    guard
      let items = filledList(
        field,
        expected: "a program and its arguments, such as [bin/redeploy, \"{slug}\", \"{image}\"]")
    else { return nil }
    var words: [CommandWord?] = []
    for item in items {
      let word = word(item, as: CommandWord.self)
      words.append(word)
    }
    guard let words = allOrNone(words) else { return nil }
    guard words[0].isFixed else {
      report(
        .malformed, at: items[0].place,
        "'\(items[0].path)': expected the program, which is the same for every order, "
          + "found \(shown(words[0].text))")
      return nil
    }
    return words
  }

  private mutating func environmentNames(_ field: Field) -> [EnvironmentName]? {
    guard field.node != nil else { return [] }
    guard
      let items = filledList(
        field, expected: "names of variables the program gets, such as [HOME, AWS_PROFILE]")
    else { return nil }
    var names: [EnvironmentName?] = []
    for item in items {
      let name = word(item, as: EnvironmentName.self)
      names.append(name)
    }
    return allOrNone(names)
  }
}
