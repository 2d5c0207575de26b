import Testing
import Vocabulary

/// Where addresses lie.
struct AddressRangeTests {
  private static let table: [(AddressRange, [String])] = [
    (.loopback, ["127.0.0.1", "127.255.255.254", "0:0:0:0:0:0:0:1", "0:0:0:0:0:ffff:7f00:1"]),
    (
      .private,
      [
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255",
        "198.18.0.1", "fd00:0:0:0:0:0:0:1", "fc00:0:0:0:0:0:0:1", "0:0:0:0:0:ffff:a00:1",
      ]
    ),
    (
      .linkLocal,
      [
        "169.254.169.254", "169.254.0.1", "fe80:0:0:0:0:0:0:1", "febf:0:0:0:0:0:0:1",
        // The metadata services outside of these, and ways to write the usual one in version 6.
        "fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254", "100.100.100.200", "192.0.0.192",
        "0:0:0:0:0:ffff:a9fe:a9fe", "64:ff9b:0:0:0:0:a9fe:a9fe", "2002:a9fe:a9fe:0:0:0:0:1",
      ]
    ),
    (
      .special,
      [
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
        "198.51.100.1", "203.0.113.1", "0:0:0:0:0:0:0:0", "ff02:0:0:0:0:0:0:1",
        "fec0:0:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1", "2001:0:0:0:0:0:0:1",
        "64:ff9b:1:0:0:0:0:1", "0:0:0:0:0:0:a00:1", "0:0:0:0:0:ffff:0:0",
      ]
    ),
    (
      .public,
      [
        "1.1.1.1", "126.255.255.255", "128.0.0.1", "169.253.0.1", "169.255.0.1", "172.15.0.1",
        "172.32.0.1", "192.167.0.1", "100.63.0.1", "100.128.0.1", "198.17.0.1", "198.20.0.1",
        "223.255.255.255", "2606:4700:0:0:0:0:0:1111", "2001:4860:0:0:0:0:0:8888",
        "0:0:0:0:0:ffff:101:101",
      ]
    ),
  ]

  @Test(arguments: table)
  func `every address is in one range`(range: AddressRange, written: [String]) throws {
    for text in written {
      let address = try #require(IPAddress(bytes(text)))
      #expect(AddressRange(of: address) == range, "\(text)")
      #expect("\(address)" == text)
    }
  }

  @Test(arguments: [0, 3, 5, 15, 17]) func `only four or sixteen bytes are an address`(count: Int) {
    #expect(IPAddress([UInt8](repeating: 1, count: count)) == nil)
  }

  @Test func `neighbours and what is no machine are not allowed unless somebody says so`() {
    #expect(AddressRange.usual == [.loopback, .private, .public])
  }

  private func bytes(_ text: String) -> [UInt8] {
    guard text.contains(":") else { return text.split(separator: ".").compactMap { UInt8($0) } }
    return text.split(separator: ":").compactMap { UInt16($0, radix: 16) }
      .flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }
}
