import SystemPackage
import Vocabulary

// Orders to argument lists. Pure: nothing here starts anything.

/// How the bytes of a layer are packed, by its media type (image-spec, layer.md).
enum Packing: Hashable, Sendable {
  case plain
  case gzip
  case unsupported(String)

  init(mediaType: String) {
    switch mediaType {
    case "application/vnd.oci.image.layer.v1.tar",
      "application/vnd.oci.image.layer.nondistributable.v1.tar",
      "application/vnd.docker.image.rootfs.diff.tar":
      self = .plain
    case "application/vnd.oci.image.layer.v1.tar+gzip",
      "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
      "application/vnd.docker.image.rootfs.diff.tar.gzip":
      self = .gzip
    default:
      self = .unsupported(printable(mediaType, charactersMax: 100))
    }
  }
}

/// A system program, with all it is given.
struct SystemCommand: Hashable, Sendable {
  /// What every system program is run with: none of this process's own variables, so none of its secrets.
  static let environment = ["PATH": searchPath, "LC_ALL": "C"]
  /// Also what a tenant gets when its image names no `PATH`.
  static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  let program: FilePath
  let arguments: [String]

  /// Unpacks a verified layer into an empty folder of its own.
  ///
  /// GNU tar refuses names with `..` and follows no link it has just made; owners, set-user-ID bits and
  /// extended attributes are dropped. Layers are joined afterwards, because tar would follow a link that
  /// an earlier layer made.
  static func unpack(_ archive: FilePath, packed: Packing, into folder: FilePath) -> SystemCommand {
    SystemCommand(
      program: "/usr/bin/tar",
      arguments: (packed == .gzip ? ["--gzip"] : []) + [
        "--extract", "--file", archive.string, "--directory", folder.string, "--no-same-owner",
        "--no-same-permissions", "--numeric-owner", "--force-local",
      ])
  }

  /// Makes everything below `folder` survive a power cut.
  static func makeDurable(_ folder: FilePath) -> SystemCommand {
    SystemCommand(program: "/usr/bin/sync", arguments: ["--file-system", folder.string])
  }
}

/// The order to become a tenant: a program of an unpacked image, and what it is given.
struct LaunchCommand: Hashable, Sendable {
  let program: FilePath
  let arguments: [String]
  /// `NAME=value`, in order.
  let environment: [String]
  let log: FilePath
  let work: FilePath

  /// What the image sets, then what the driver decides: `PORT`, `TENANT_SLUG`, and a `PATH` when the image
  /// has none. Nothing of pawl's own environment is handed on.
  static func environment(image: [String], port: UInt16, slug: TenantSlug) -> [String] {
    let decided = ["PORT", "TENANT_SLUG"]
    var environment = image.filter { !decided.contains(name(of: $0)) }
    if !environment.contains(where: { name(of: $0) == "PATH" }) {
      environment.append("PATH=\(SystemCommand.searchPath)")
    }
    return environment + ["PORT=\(port)", "TENANT_SLUG=\(slug)"]
  }

  /// Why these settings cannot be handed to a process; nil when they can.
  static func objection(arguments: [String], environment: [String]) -> String? {
    if arguments.isEmpty { return "it names no program to run" }
    if (arguments + environment).contains(where: { $0.utf8.contains(0) }) {
      return "its settings contain a zero byte"
    }
    let nameless = environment.first {
      !$0.utf8.contains(UInt8(ascii: "=")) || name(of: $0).isEmpty
    }
    return nameless.map {
      "expected NAME=value in its environment, found '\(printable($0, charactersMax: 40))'"
    }
  }

  /// `setsid` and all it is given.
  ///
  /// The program ends up in a session of its own, as nobody's child, so it outlives pawl. Until then it is
  /// this fixed script, which everything reaches as positional parameters only. It says who it is and goes
  /// on only when it is told to: pawl writes its identity down first, and if pawl dies before that, the
  /// script reads the end of its input and ends too. So no process ever runs that is not on record.
  var detached: SystemCommand {
    SystemCommand(
      program: "/usr/bin/setsid",
      arguments: [
        "--fork", "/bin/sh", "-c", Self.script, "pawl-launch", log.string, work.string,
        "/usr/bin/env", "-i", "--",
      ] + environment + [program.string] + arguments)
  }

  /// Standard input is one end of a socket pair, the driver holds the other.
  private static let script = """
    set -f
    log=$1 work=$2
    shift 2
    introduce() { shift 19; printf '%s %s\\n' "$$" "$1" >&0; }
    cd "$work" || exit 74
    read -r stat <"/proc/$$/stat" || exit 74
    introduce ${stat##*) } || exit 74
    read -r answer && [ "$answer" = go ] || exit 75
    exec "$@" </dev/null >>"$log" 2>&1
    """

  private static func name(of variable: String) -> String { String(variable.prefix { $0 != "=" }) }
}
