import Settings
import Testing
import Vocabulary

/// `driver: command`.
struct CommandDriverTests {
  private static let text = Sample.with(
    "driver: processes",
    """
    driver: command
        redeploy: [bin/redeploy, "{slug}", "--image={image}"]
        environment: [HOME, AWS_PROFILE]
        time_limit: 90s
    """
  ).replacing("http://127.0.0.1:8801", with: "https://acme.example.com")

  @Test func `a program, its words, its variables and its time`() throws {
    let fleet = try accepted(Self.text).fleet

    guard case .command(let command) = fleet.driver else {
      Issue.record("expected the driver 'command', found \(fleet.driver)")
      return
    }
    #expect(command.program == "bin/redeploy")
    #expect(command.arguments == ["{slug}", "--image={image}"])
    #expect(command.environment == ["HOME", "AWS_PROFILE"])
    #expect(command.timeLimit == .seconds(90))
    guard case .listed(let tenants) = fleet.tenants else {
      Issue.record("expected a list of tenants")
      return
    }
    #expect(tenants.map(\.address) == ["https://acme.example.com", "http://127.0.0.1:8802"])
  }

  @Test func `what is left out has a default`() throws {
    let fleet = try accepted(
      Sample.with("driver: processes", "driver: command\n    redeploy: [mover]")
    ).fleet

    guard case .command(let command) = fleet.driver else {
      Issue.record("expected the driver 'command', found \(fleet.driver)")
      return
    }
    #expect(command.arguments == [] && command.environment == [])
    #expect(command.timeLimit == .minutes(10))
  }

  @Test(arguments: [
    ("driver: command", "missing key 'fleets.production.redeploy'; expected a program"),
    (
      "driver: command\n    redeploy: []",
      "'fleets.production.redeploy' is empty; expected a program"
    ),
    (
      "driver: command\n    redeploy: bin/redeploy {slug}",
      "'fleets.production.redeploy': expected a program and its arguments"
    ),
    (
      "driver: command\n    redeploy: [\"bin/{slug}\"]",
      "'fleets.production.redeploy[0]': expected the program, which is the same for every order"
    ),
    (
      "driver: command\n    redeploy: [mover, \"{tenant}\"]",
      "'fleets.production.redeploy[1]' is not a word of a command line"
    ),
    (
      "driver: command\n    redeploy: [mover]\n    environment: [\"A=b\"]",
      "'fleets.production.environment[0]' is not a name of an environment variable"
    ),
    (
      "driver: command\n    redeploy: [mover]\n    time_limit: 3h",
      "'fleets.production.time_limit': expected a time from 1s to 2h"
    ),
    (
      "driver: command\n    redeploy: [mover]\n    start_budget: 3s",
      "unknown key 'start_budget' in 'fleets.production'"
    ),
    ("driver: processes\n    redeploy: [mover]", "unknown key 'redeploy' in 'fleets.production'"),
  ])
  func `what cannot be run is said where it stands`(driver: String, sentence: String) {
    let found = firstSentence(Sample.with("driver: processes", driver))

    #expect(found.contains(sentence), "\(found)")
  }

  @Test func `two tenants at one address are refused`() {
    let text = Self.text.replacing("http://127.0.0.1:8802", with: "https://acme.example.com/")

    #expect(firstSentence(text).contains("https://acme.example.com"), "\(firstSentence(text))")
    #expect(places(text).count == 1)
  }
}
