import Testing

@testable import Registries

struct ChallengeTests {
  @Test func `a Basic challenge is read`() {
    #expect(
      Challenge.all(in: [#"Basic realm="Registry Realm""#])
        == [Challenge(scheme: .basic, parameters: ["realm": "Registry Realm"])])
  }

  @Test func `a comma inside quotes belongs to the value`() {
    let field =
      #"Bearer realm="https://auth.example/token",service="a, b",scope="repository:x:pull,push""#

    #expect(
      Challenge.all(in: [field])
        == [
          Challenge(
            scheme: .bearer,
            parameters: [
              "realm": "https://auth.example/token", "service": "a, b",
              "scope": "repository:x:pull,push",
            ])
        ])
  }

  @Test func `several challenges in one field and in several are all read`() {
    let challenges = Challenge.all(in: [
      #"Negotiate, bearer realm="r", error=invalid_token"#, #"BASIC realm="b \"c\"""#,
    ])

    #expect(
      challenges == [
        Challenge(scheme: .other, parameters: [:]),
        Challenge(scheme: .bearer, parameters: ["realm": "r", "error": "invalid_token"]),
        Challenge(scheme: .basic, parameters: ["realm": #"b "c""#]),
      ])
  }

  @Test(arguments: ["", ",", "=", #"realm="no scheme""#, "\u{1F980}=,"])
  func `nonsense is no challenge`(field: String) {
    #expect(Challenge.all(in: [field]).isEmpty)
  }

  @Test func `an unended quote loses its parameter only`() {
    #expect(
      Challenge.all(in: [#"Bearer realm="never"#])
        == [Challenge(scheme: .bearer, parameters: [:])])
  }
}
