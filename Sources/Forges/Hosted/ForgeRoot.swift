public import Vocabulary

extension ForgeAccount {
  /// The root of Gitea's or Forgejo's API, for an installation at `url`, below a path or not.
  public static func giteaAPI(at url: HTTPAddress) -> HTTPAddress {
    HTTPAddress(normalized: url.text + "/api/v1")
  }

  /// The root of GitHub's API: a host of its own for github.com, a path for GitHub Enterprise Server.
  public static func gitHubAPI(at url: HTTPAddress) -> HTTPAddress {
    url.host == "github.com" || url.host == "www.github.com"
      ? "https://api.github.com" : HTTPAddress(normalized: url.text + "/api/v3")
  }
}
