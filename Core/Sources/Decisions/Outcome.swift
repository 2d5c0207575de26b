public import Vocabulary

/// What came back from an ``Action``; each answers exactly one kind of action.
public indirect enum Outcome: Hashable, Sendable, Codable {
  case inspected(Reading<ImageFacts>)
  case head(Reading<Commit>)
  case compared(Reading<Ancestry>)
  case census(Reading<Census>)
  case observed(Observation)
  case settled(Receipt)
  case redeployed(RedeployResult)
  case pointed(TagWriteResult)
  case copied(ImageCopyResult)
  case kept(Reading<KeptManifest>)
  case removed(TagRemovalResult)
  case brought(BroughtReferrers)
  case probed(WriteProbeResult)
  case examined(Answer)
  case rang
}
