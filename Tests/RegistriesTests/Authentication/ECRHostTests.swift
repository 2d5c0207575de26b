import Testing
import Vocabulary

@testable import Registries

/// Where the passwords of an ECR registry are made, by its name.
struct ECRHostTests {
  @Test(arguments: [
    (
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", "api.ecr.eu-west-1.amazonaws.com"
    ),
    (
      "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1",
      "ecr-fips.us-gov-west-1.amazonaws.com"
    ),
    (
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1",
      "api.ecr.cn-north-1.amazonaws.com.cn"
    ),
    ("123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1", "ecr.eu-west-1.api.aws"),
    ("123456789012.dkr-ecr-fips.us-east-1.on.aws", "us-east-1", "ecr-fips.us-east-1.api.aws"),
  ])
  func `region and API are taken from the host`(host: String, region: String, api: String) throws {
    let found = try #require(ECRHost(RegistryHost(parsing: host)))

    #expect(found.account == "123456789012")
    #expect(found.region == region)
    #expect(found.api == api)
  }

  @Test(arguments: [
    "ghcr.io", "12345.dkr.ecr.eu-west-1.amazonaws.com", "public.ecr.aws",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
    "123456789012.dkr.s3.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.amazonaws.com",
  ])
  func `any other host is none of ECR's`(host: String) throws {
    #expect(ECRHost(try RegistryHost(parsing: host)) == nil)
  }
}
