public import Vocabulary

/// One thing that happened, as the journal keeps it for ever. State is the fold over these.
///
/// Names of cases and labels are the stored format: they may be added to, never renamed
/// (the fixture test in JournalingTests decodes every shape that was ever written).
public indirect enum Event: Hashable, Sendable, Codable {
  /// A person or a job ordered something.
  case command(Command, by: ActorName)
  /// An effect came back.
  case outcome(EffectID, Outcome)
  /// A process took the lead of this delivery; from here on its effects carry the new epoch.
  case led(by: ActorName)
}
