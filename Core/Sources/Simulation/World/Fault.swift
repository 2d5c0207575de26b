/// The kinds of things that go wrong. Each strikes by chance, at a rate drawn anew for every seed,
/// or at one named chance of its own (``Misfortune/strikes(_:atChance:)``).
public enum Fault: Int, Sendable, CaseIterable {
  // Processes and their disk.
  /// A process dies between two steps: before it commits, before it sends, before it records.
  case crash
  /// A process is stopped, right before a step or with an order in its hand, and goes on later.
  case pause
  /// All processes die at once, and what the disk had not synced is gone.
  case powerLoss
  /// An append fails, and whether it was stored is not known.
  case failedAppend
  /// An older copy of the journal is put back.
  case olderCopy
  /// A process's wall clock jumps, either way.
  case clockJump

  // The way to the outside.
  /// A request never arrives; the sender learns that after its time limit.
  case lostRequest
  /// A request is obeyed and its answer is lost.
  case lostAnswer
  /// A request arrives a second time, later.
  case duplicate
  /// A request arrives after its sender has given up on it.
  case lateRequest
  /// A read fails although asking again helps.
  case failedRead
  /// Somebody asks to be asked later (HTTP 429).
  case rateLimit

  // The forge.
  /// The head of the branch cannot be read for hours.
  case unreadableHead
  /// Somebody pushes by force: the head goes back, or to another branch's commit.
  case forcedPush
  /// A report of a check is lost on its way.
  case lostReport
  /// A report of a check comes twice, the second time after newer ones.
  case repeatedReport
  /// A check is renamed, and reports under its new name.
  case renamedCheck

  // Registries.
  /// A registry refuses a write for now.
  case refusedWrite
  /// A registry acknowledges a write and keeps showing what it showed.
  case forgottenWrite
  /// A registry refuses every write to one repository until the world heals.
  case deniedRepository
  /// A tag turns out to be immutable until the world heals.
  case immutableTag
  /// A replica shows what a tag showed a moment ago.
  case staleRead
  /// Somebody else moves a channel tag.
  case foreignWriter
  /// Somebody deletes a channel tag.
  case deletedTag
  /// Retention takes the images of a commit that no other tag keeps.
  case collectedDigest

  // Control planes and tenants.
  /// A driver says that it restarted a tenant and did nothing.
  case idleDriver
  /// A driver says that it restarted a tenant and started something else.
  case wrongDigest
  /// The list of tenants is empty, cut, or doubled.
  case wrongCensus
  /// A tenant joins the fleet.
  case joiner
  /// A tenant leaves the fleet.
  case leaver
  /// A tenant does not answer one sample.
  case silentSample
  /// A tenant answers with something that is no `/buildinfo`.
  case malformedSample
  /// A tenant needs long to come up, and meanwhile answers as before.
  case slowTenant
  /// A tenant crashes on a good candidate, and the driver takes the old one back.
  case failedStart
  /// A tenant dies after it was seen well.
  case deathInSoak
  /// A tenant names a commit that it does not run.
  case liar

  // People.
  /// Two people give one order at the same moment.
  case twinOrder
  /// The plan is edited between two orders of one commit.
  case editedPlan
  /// An override is given that has expired already.
  case expiredOverride

  // Kinds that came later. A kind is never moved, so that a seed stays the delivery it was.
  /// A process of an older version meets a journal that it does not understand, and does nothing.
  case oldProgram
  /// The journal's last page was half written: nobody can read it until a copy is put back.
  case tornPage
  /// A process's wall clock runs too fast or too slow.
  case clockDrift
  /// A body, or a list of pages, is cut off on its way: it says nothing.
  case truncatedAnswer
  /// A report of a check comes after newer ones.
  case lateReport
  /// A check goes red and green again after it was reported.
  case flippedCheck
  /// A webhook that no forge sent says that a check ended well.
  case forgedHint
  /// A forge makes the run of a workflow long after the push.
  case lateRun
  /// There are no measurements.
  case lostMeasurement
  /// Somebody sets the variable that stops releases, and clears it later.
  case liveSwitch
  /// A leader that is stopped for longer than its lease is ended by the kernel, before it runs another
  /// instruction (docs/decisions/0030).
  case lapsedLease
  /// A run of a workflow fails, is cancelled, or never gets a runner.
  case failedRun

  /// Those that came later are drawn from a stream of their own.
  var isLater: Bool { rawValue >= Fault.oldProgram.rawValue }

  /// The highest rate that is drawn for it, per thousand chances.
  var perMilleMax: Int64 {
    switch self {
    case .failedAppend: 10
    case .truncatedAnswer: 15
    case .lapsedLease: 500
    case .clockDrift, .oldProgram, .lateReport, .flippedCheck, .lateRun: 100
    case .lostMeasurement, .failedRun: 150
    case .pause: 15
    case .foreignWriter: 20
    case .crash: 25
    case .staleRead, .immutableTag, .malformedSample, .wrongDigest, .liar: 30
    case .forgottenWrite, .idleDriver: 40
    case .clockJump: 50
    case .lostRequest, .lostAnswer, .duplicate, .lateRequest, .failedStart, .rateLimit,
      .deathInSoak:
      60
    case .failedRead, .refusedWrite: 80
    case .silentSample, .lostReport, .repeatedReport, .renamedCheck, .twinOrder: 100
    case .deniedRepository: 150
    case .slowTenant, .wrongCensus, .editedPlan, .expiredOverride: 200
    case .tornPage, .forgedHint, .liveSwitch: 400
    case .powerLoss, .olderCopy, .unreadableHead, .forcedPush, .deletedTag, .collectedDigest,
      .joiner, .leaver:
      // Once in a delivery, if at all: this is the chance that it comes.
      600
    }
  }

  /// `lostAnswer`, as replay files write it.
  public var name: String { String(describing: self) }

  /// `lost answer`, for people.
  public var words: String {
    var words = ""
    for letter in name {
      if letter.isUppercase { words += " " }
      words += letter.lowercased()
    }
    return words
  }

  /// The kind with this name, or nil.
  public init?(name: String) {
    guard let fault = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = fault
  }
}
