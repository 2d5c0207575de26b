import Testing
import Vocabulary

@testable import Registries

/// The vectors that AWS published for its signature: the test suite of 2015 (`aws-sig-v4-test-suite`) and
/// the example of the documentation.
struct SignatureV4Tests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let method: String
    var query: [String] = []
    var fields: [(name: String, value: String)] = []
    var body = ""
    let signature: String
    var testDescription: String { name }
  }

  static let vectors = [
    Vector(
      name: "get-vanilla", method: "GET",
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Vector(
      name: "post-vanilla", method: "POST",
      signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    Vector(
      name: "get-vanilla-query-order-key-case", method: "GET",
      query: ["Param2=value2", "Param1=value1"],
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    Vector(
      name: "post-x-www-form-urlencoded", method: "POST",
      fields: [(name: "content-type", value: "application/x-www-form-urlencoded")],
      body: "Param1=value1",
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    Vector(
      name: "post-header-key-sort", method: "POST", fields: [(name: "my-header1", value: "value1")],
      signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
  ]

  @Test(arguments: vectors) func `a request is signed as AWS signs it`(vector: Vector) {
    let keys = AWSKeys(
      accessKey: "AKIDEXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      sessionToken: nil)
    let fields =
      vector.fields + [
        (name: "host", value: "example.amazonaws.com"),
        (name: "x-amz-date", value: "20150830T123600Z"),
      ]
    let field = SignatureV4(time: "20150830T123600Z", region: "us-east-1", service: "service")
      .authorization(
        vector.method, path: "/", query: vector.query, fields: fields,
        body: Array(vector.body.utf8),
        keys: keys)

    field.reveal { #expect($0.hasSuffix("Signature=" + vector.signature)) }
  }

  @Test func `scope and signed fields are named`() {
    let keys = AWSKeys(
      accessKey: "AKIDEXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      sessionToken: nil)
    let field = SignatureV4(time: "20150830T123600Z", region: "us-east-1", service: "iam")
      .authorization(
        "GET", path: "/", query: ["Version=2010-05-08", "Action=ListUsers"],
        fields: [
          (name: "host", value: "iam.amazonaws.com"),
          (name: "x-amz-date", value: "20150830T123600Z"),
          (name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8"),
        ], body: [], keys: keys)

    let expected =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
      + "SignedHeaders=content-type;host;x-amz-date, "
      + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    field.reveal { #expect($0 == expected) }
  }

  @Test func `a time is written as the signature wants it`() {
    #expect(Timestamp(milliseconds: 1_440_938_160_000).compact == "20150830T123600Z")
  }
}
