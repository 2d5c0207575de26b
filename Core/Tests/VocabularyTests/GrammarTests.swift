import Testing
import Vocabulary

/// Every word that is parsed, with what it takes and what it refuses.
struct GrammarTests {
  @Test func `a commit is forty or sixty-four hexadecimal digits`() {
    GrammarTable<Commit>(
      taken: [times(40, "a"), times(64, "0"), "0123456789abcdef0123456789abcdef01234567"],
      normalized: [(times(40, "A"), times(40, "a"))],
      refused: [
        "", times(39, "a"), times(41, "a"), times(63, "a"), times(65, "a"), times(40, "g"),
        " " + times(40, "a"), times(40, "a") + "\n", times(40, "١"), "main", "0123456",
      ]
    ).check()
  }

  @Test func `a digest is an algorithm and its hexadecimal digits in lowercase`() {
    GrammarTable<Digest>(
      taken: ["sha256:" + times(64, "a"), "sha512:" + times(128, "0")],
      refused: [
        "", "sha256:", "sha256:" + times(63, "a"), "sha256:" + times(65, "a"),
        "sha256:" + times(64, "A"), "SHA256:" + times(64, "a"), "sha512:" + times(64, "a"),
        "sha384:" + times(96, "a"), "md5:" + times(32, "a"), times(64, "a"),
        "sha256:" + times(63, "a") + "g", "sha256 :" + times(64, "a"),
        "sha256:" + times(64, "a") + " ",
      ]
    ).check()
  }

  @Test func `a word of a command line holds only placeholders that are known`() {
    GrammarTable<CommandWord>(
      taken: [
        "bin/redeploy", "{slug}", "--image={image}", "{generation}.{epoch}", "a b; $(c) '", "é",
        "{url}{digest}{commit}{effect}", times(4_096, "a"),
      ],
      refused: [
        "", "{tenant}", "{slug", "slug}", "{}", "{{slug}}", "{slug}}", "}{slug}", "{Slug}", "a\nb",
        "\u{1b}[2J", times(4_097, "a"),
      ]
    ).check()
  }

  @Test func `a word of a command line is filled in once`() {
    let word: CommandWord = "--set={slug}:{slug},{commit}"

    #expect(word.filled { $0 == .slug ? "{commit}" : "abc" } == "--set={commit}:{commit},abc")
    #expect(!word.isFixed && CommandWord("--quiet").isFixed)
  }

  @Test func `a digest tells its parts`() {
    let short: Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

    #expect(short.algorithm == .sha256)
    #expect(short.hex == "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
    #expect(short.short == "0123456789ab")
    #expect((try? Digest(parsing: "sha512:" + times(128, "f")))?.algorithm == .sha512)
  }

  @Test func `a tag follows the distribution specification`() {
    GrammarTable<TagName>(
      taken: ["latest", "_", "v1.2.3", "Staging-0a_b", "0", times(128, "a")],
      refused: [
        "", ".hidden", "-dash", "a b", "a/b", "a:b", "a@b", times(129, "a"), "ä", "a\n", "+build",
      ]
    ).check()
  }

  @Test func `a repository follows the distribution specification`() {
    GrammarTable<RepositoryName>(
      taken: [
        "a", "acme/platform", "a.b", "a_b", "a__b", "a-b", "a---b", "1/2/3", times(255, "a"),
        "acme/platform-tenant",
      ],
      refused: [
        "", "/", "/a", "a/", "a//b", "A", "a..b", "a___b", "a.-b", "a_.b", "-a", "a-", ".a", "a.",
        "_a",
        "a_", "a b", "a:b", "acme/ä", times(256, "a"), "a/-b", "a\n",
      ]
    ).check()
  }

  @Test func `names of deliveries, images and tenants are DNS labels`() {
    let taken = ["a", "0", "platform", "platform-tenant", "a--b", times(63, "a")]
    let refused = [
      "", "-a", "a-", "A", "a_b", "a.b", "a b", times(64, "a"), "ä", "a\n", "a/b", "ａ",
    ]
    GrammarTable<DeliveryName>(taken: taken, refused: refused).check()
    GrammarTable<ImageName>(taken: taken, refused: refused).check()
    GrammarTable<TenantSlug>(taken: taken, refused: refused).check()
  }

  @Test func `a channel is a tag with room for the names of its pins`() {
    GrammarTable<ChannelName>(
      taken: ["latest", "Stable_1", times(100, "a")],
      refused: ["", "-a", "a b", times(101, "a"), "a/b"]
    ).check()
    #expect(ChannelName("latest").tag == "latest")
  }

  @Test func `a branch is what git takes for one`() {
    GrammarTable<BranchName>(
      taken: ["main", "release/1.2", "feature/a-b_c", "@a", "a@b", "a{b", times(200, "a")],
      refused: [
        "", "-main", "a..b", "a.lock", "a/.b", ".a", "a.", "a//b", "/a", "a/", "a b", "a~1", "a^",
        "a:b",
        "a?", "a*", "a[", "a\\b", "@", "a@{1}", "a\u{7F}", "ä", "a\n", times(201, "a"),
      ]
    ).check()
  }

  @Test func `no component of a branch is a lock`() {
    GrammarTable<BranchName>(taken: ["a.lock.b", "lock"], refused: ["a.lock/b"]).check()
  }

  @Test func `a status context is kept letter by letter`() {
    GrammarTable<ContextName>(
      taken: ["CI / all-required (push)", "Ünit", "a", "a  b", times(255, "a")],
      refused: ["", " ", " a", "a ", "a\nb", "a\u{1B}[0m", "a\u{202E}b", "\u{9B}", times(256, "a")]
    ).check()
  }

  @Test func `actors and reasons are one printable line`() {
    GrammarTable<ActorName>(
      taken: ["alice", "ci:deploy#417", "Zoë", times(128, "a")],
      refused: ["", " alice", "alice ", "a\tb", times(129, "a")]
    ).check()
    GrammarTable<Reason>(
      taken: ["customer asked", "…", times(500, "a")],
      refused: ["", " ", "two\nlines", times(501, "a")]
    ).check()
  }

  @Test func `a source repository is compared without its ending`() {
    GrammarTable<SourceRepository>(
      taken: ["https://git.example.com/acme/platform", "acme/platform"],
      normalized: [
        ("https://git.example.com/acme/platform/", "https://git.example.com/acme/platform"),
        ("https://git.example.com/acme/platform.git", "https://git.example.com/acme/platform"),
        ("https://git.example.com/acme/platform.git/", "https://git.example.com/acme/platform"),
        ("git@git.example.com:acme/platform.git", "git@git.example.com:acme/platform"),
        ("a.git.git", "a"), ("https://git.example.com/acme/.git", "https://git.example.com/acme"),
      ],
      refused: ["", "/", ".git", "a /", "a\nb", " a", times(501, "a")]
    ).check()
  }

  @Test func `a registry host has no scheme and no path`() {
    GrammarTable<RegistryHost>(
      taken: [
        "registry.example.com", "localhost", "localhost:5000", "127.0.0.1:5040", "[::1]:5000",
        "[::1]",
        "[fe80::1]", "a.b:65535", "111122223333.dkr.ecr.us-east-2.amazonaws.com",
      ],
      normalized: [
        ("Registry.Example.COM:443", "registry.example.com:443"), ("[::FFFF]", "[::ffff]"),
      ],
      refused: [
        "", "https://a", "a/b", "a:", "a:0", "a:65536", "a:99999999999999999999", "a:-1", "a:+1",
        "a:1:2",
        ":5000", "a..b", "-a", "a-", "a_b", "a b", "[]", "[1]", "[::1", "::1", "[::g]", "[::1]5000",
        "user@a", "a.", times(64, "a"), "ä.example", "a:٣",
      ]
    ).check()
  }

  @Test func `an image location is a host and a repository`() {
    GrammarTable<ImageLocation>(
      taken: ["registry.example.com/acme/platform", "localhost:5000/a", "[::1]:5000/a/b"],
      normalized: [("REGISTRY.example.com/acme", "registry.example.com/acme")],
      refused: [
        "", "acme", "/acme", "host/", "host/Acme", "host/acme:latest",
        "host/acme@sha256:" + times(64, "a"), "https://host/acme",
      ]
    ).check()
  }

  @Test func `an image reference is a location with a tag or a digest`() {
    let digest = "sha256:" + times(64, "a")
    GrammarTable<ImageReference>(
      taken: [
        "host/acme/platform:latest", "host:5000/a:b", "[::1]:5000/a:b", "127.0.0.1:5040/a/b:c_d",
        "host/a@\(digest)", "host:5000/acme/platform@\(digest)",
      ],
      normalized: [("HOST:5000/acme:Tag", "host:5000/acme:Tag")],
      refused: [
        "", "acme", "host/acme", "host:5000/acme", "acme:latest", "host/acme:", "host/acme@",
        "host/acme:latest@\(digest)", "host/acme@latest", "host/acme@\(digest)0", "host/:latest",
        "host/acme:a:b", "host/acme:a/b", "https://host/acme:latest", "host/acme:latest ",
        "host/acme@\(digest)@\(digest)",
      ]
    ).check()
  }

  @Test func `a web address has no credentials, query or fragment`() {
    GrammarTable<HTTPAddress>(
      taken: [
        "https://reno-stars.example.com", "http://127.0.0.1:8801", "http://[::1]:80/a/b",
        "https://a/b-c_d.e~f%20",
      ],
      normalized: [
        ("HTTPS://Example.COM/Path/", "https://example.com/Path"), ("http://a/", "http://a"),
        ("http://a///", "http://a"), ("http://[FD00::A]/", "http://[fd00::a]"),
      ],
      refused: [
        "", "example.com", "ftp://a", "http://", "http:///a", "http://user@a", "http://u:p@a",
        "http://a?b", "http://a/?b", "http://a/#c", "http://a b", "http://a/b c", "http://a:0",
        "http://a:99999", "//a", "http:a", " http://a", "http://a/ü", "http://a\\b", "http://a:",
        "http://a:+80", "http://a..b", "http://a.", "http://[::1", "http://[]", "http://[::1]80",
        "http://[fe80::1%25eth0]", "http:/\u{301}/a", "http://a/\u{301}", "http://a:\u{301}80",
        "http://[::1]\u{301}", "http://a/" + times(2_000, "b"),
      ]
    ).check()
  }

  @Test func `what was refused is named with its rule`() {
    let malformed = #expect(throws: Malformed.self) { try ImageName(parsing: "My Image\u{1B}") }

    #expect(
      malformed?.description
        == "not an image name: expected lowercase letters, digits and inner hyphens, "
        + "63 characters at most, found 'My Image?'")
    #expect(
      Malformed(noun: "commit", expected: "digits", found: "").description
        == "not a commit: expected digits, found nothing")
  }

  @Test func `a message repeats no more than eighty characters of what it refuses`() {
    let malformed = Malformed(noun: "tag", expected: "a tag", found: times(200, "é"))

    #expect(malformed.found == times(80, "é") + "…")
  }

  @Test func `words are ordered by their text`() {
    #expect(
      ["b", "a", "c-1"].map(TenantSlug.init(normalized:)).sorted().map(\.text) == ["a", "b", "c-1"])
  }
}
