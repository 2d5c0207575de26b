/// The kinds of things that go wrong, for counting what a seed injected.
public enum Fault: String, Sendable, CaseIterable {
  case crash
  case lostRequest = "lost request"
  case lostAnswer = "lost answer"
  case duplicate
  case lateRequest = "late request"
  case failedRead = "failed read"
  case refusedWrite = "refused write"
  case forgottenWrite = "forgotten write"
  case deniedRepository = "denied repository"
  case idleDriver = "idle driver"
  case silentSample = "silent sample"
  case slowTenant = "slow tenant"
  case failedStart = "failed start"
  case foreignWriter = "foreign writer"
  case wrongCensus = "wrong census"
  case failedAppend = "failed append"
  case clockJump = "clock jump"
}
