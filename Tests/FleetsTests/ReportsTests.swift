import Testing

@testable import Fleets

@Suite struct ReportsTests {
  @Test func `a process is read behind its name, whatever it calls itself`() throws {
    let line =
      "4711 (a) R (b 1 2 3) S 1 4711 4700 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 998877 1000 50\n"
    let stat = try #require(ProcessStat(Array(line.utf8)))
    #expect(stat.session == 4700)
    #expect(stat.startTicks == 998_877)
    #expect(!stat.hasEnded)
  }

  @Test func `a process that nobody collected has ended`() throws {
    let line = "9 (x) Z 1 9 9 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0\n"
    #expect(ProcessStat(Array(line.utf8))?.hasEnded == true)
  }

  @Test(arguments: [
    "", "1", "1 (x", "1 (x) S 1 2", "1 (x) S 1 1 no 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5",
  ])
  func `what is not the line of a process is none`(line: String) {
    #expect(ProcessStat(Array(line.utf8)) == nil)
  }

  @Test func `only sockets that listen on the port are listed`() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:2261 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1
         1: 0100007F:2262 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22222 1
         2: 0100007F:2261 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 33333 1
      3: 00000000000000000000000000000000:2261 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 44444
      """
    #expect(listeningSockets(in: Array(table.utf8), port: 8801) == [11_111, 44_444])
  }

  @Test func `a link to a socket names its inode`() {
    #expect(socketInode(inLink: "socket:[12345]") == 12_345)
    #expect(socketInode(inLink: "pipe:[12345]") == nil)
    #expect(socketInode(inLink: "socket:[-1]") == nil)
  }

  @Test func `a launched process says its number and its start`() {
    #expect(
      launchedProcess(in: Array("4711 998877\n".utf8), bootID: "b")
        == ProcessIdentity(pid: 4711, startTicks: 998_877, bootID: "b"))
  }

  @Test(arguments: ["", "4711 998877", "4711\n", "1 5\n", "-4 5\n", "a b\n", "1 2 3\n"])
  func `half an introduction is none`(line: String) {
    #expect(launchedProcess(in: Array(line.utf8), bootID: "b") == nil)
  }
}
