import Testing
import Vocabulary

@testable import Fleets

/// What an engine says about a container, and what it leaves out.
struct ContainerTests {
  @Test(arguments: [
    #"{"Id": "1", "Name": "/anna"}"#,
    #"{"Id": "1", "Name": "/anna", "State": {}}"#,
    #"{"Id": "1", "Name": "/anna", "State": {"Running": null}}"#,
    #"{"Id": "1", "Name": "/anna", "State": {"Running": "yes"}}"#,
  ])
  func `a container that is not said to run or not to is unknown, not down`(text: String) throws {
    let document = try #require(EngineValue(Array(text.utf8)))

    #expect(throws: Unknown.self) { try Container(document) }
  }

  @Test(arguments: [true, false])
  func `a container says whether it runs`(isRunning: Bool) throws {
    let text = #"{"Id": "1", "Name": "/anna", "State": {"Running": \#(isRunning)}}"#
    let document = try #require(EngineValue(Array(text.utf8)))

    #expect(try Container(document).isRunning == isRunning)
  }
}
