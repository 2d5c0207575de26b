public import Vocabulary

extension Receipt {
  /// What was seen instead of the expected commit, in words.
  public var sentence: String {
    let after = "after \(elapsed), \(samples) \(samples == 1 ? "sample" : "samples")"
    switch finding {
    case .proven: return "serves \(expected.short) (\(after))"
    case .stale(let found):
      return "still serves \(found.short), expected \(expected.short) (\(after))"
    case .unhealthy: return "serves \(expected.short) but is not healthy (\(after))"
    case .unidentified(let what): return "does not name a full commit: \(what) (\(after))"
    case .lying(let what): return "names a commit that it does not run: \(what) (\(after))"
    case .unconfirmed(let why):
      let said = "says that it serves \(expected.short), which could not be confirmed"
      return "\(said): \(why) (\(after))"
    case .gone: return "is gone: what runs the tenants has nothing deployed there (\(after))"
    case .unreachable(let why): return "\(Self.whatCame(of: why)): \(why) (\(after))"
    case .unsettled: return "did not answer alike often enough in time (\(after))"
    }
  }

  /// Whoever says that a page is not there is not silent, nor is whoever may not be asked.
  private static func whatCame(of asking: Unknown) -> String {
    if asking.cause == .disallowed { return "was not asked" }
    let isSilence = asking.cause == .unreachable || asking.cause == .timedOut
    return isSilence ? "did not answer" : "gave no answer that counts"
  }

  /// `; its order may not have been obeyed: …`: what explains a tenant that is not what it was told to be.
  static func sentence(onOrderIn doubt: Unknown) -> String {
    "; its order may not have been obeyed: \(doubt)"
  }
}

extension RedeployResult {
  /// Why it is not known what became of the order.
  var doubt: Unknown? {
    switch self {
    case .unknown(let why): why
    case .restarted, .alreadyThere, .notSent, .fenced, .failed: nil
    }
  }
}
