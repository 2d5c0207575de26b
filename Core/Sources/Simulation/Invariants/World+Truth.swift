import Decisions
import Vocabulary

// What the invariants ask the world.

extension World {
  /// The commit an image was built from.
  func commit(of digest: Digest) -> Commit? {
    Scenario.commit(of: digest).map { scenario.history.commits[$0] }
  }
}

extension TagWrite {
  /// A channel, as opposed to the pin of an earlier digest.
  var isChannel: Bool { !tag.text.contains("-prev-") }

  /// The image of the release set that lies in this repository.
  var imageName: ImageName { ImageName(normalized: String(location.repository.text.dropFirst(5))) }
}
