import Diagnostics
import Testing
import Vocabulary

@testable import Settings

@Suite struct WhatIfTests {
  private func parse(_ changes: String...) -> Checked<DeliverySettings> {
    DeliverySettings.parse(
      text: Sample.text, file: "pawl.yaml", changing: changes.compactMap(SettingsChange.init))
  }

  @Test func `a value that is there is replaced`() throws {
    guard case .accepted(let settings, _) = parse("rollout.batch=10") else {
      Issue.record("the change was refused")
      return
    }

    #expect(settings.rollout.batch == .fixed(10))
  }

  @Test func `no change at all is the file itself`() throws {
    guard case .accepted(let changed, _) = parse(),
      case .accepted(let settings, _) = DeliverySettings.parse(text: Sample.text, file: "pawl.yaml")
    else {
      Issue.record("the sample was refused")
      return
    }

    #expect(changed == settings)
  }

  @Test(arguments: ["rollout.batsch=10", "rollout.batch=many", "rollout=3"])
  func `a change that the file may not have is refused`(change: String) {
    guard case .refused(let report) = parse(change) else {
      Issue.record("the change was accepted")
      return
    }

    #expect(!report.findings.isEmpty)
  }

  @Test(arguments: ["rollout.batch", "=3", "rollout..batch=3", ".batch=3", ""])
  func `what is no change is not taken for one`(text: String) {
    #expect(SettingsChange(parsing: text) == nil)
  }

  @Test func `a value may hold an equals sign`() {
    #expect(SettingsChange(parsing: "rollout.canary=ring=canary")?.value == "ring=canary")
  }
}
