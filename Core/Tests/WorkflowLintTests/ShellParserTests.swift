import Testing

@testable import WorkflowLint

struct ShellParserTests {
  /// What bash accepts with `-n`, in the shapes that workflows are made of.
  private static let accepted = [
    "", "# only a comment", "echo it\\'s", "a=1 b=2 cmd x", "a | b |& c && d || e; f & g",
    "if a; then b; elif c; then d; else e; fi", "for x in a b; do echo $x; done",
    "for x; do :; done", "for ((i = 0; i < 3; i++)); do echo $i; done",
    "while read -r l; do :; done < f",
    "until a; do b; done", "case $x in a|b) c ;; (d) e ;; *) f; esac", "case x in a) ;; esac",
    "f() { a; }", "function f { a; }", "f () ( a )", "{ a; b; } > out 2>&1", "( a; b )",
    "[[ $a =~ ^(x|y)$ && -n $b ]]", "[[ ! ( -f a || -d b ) ]] || exit 1", "(( i++ ))", "((a)) && b",
    "x=$(a | b)", "x=`a \\`b\\``", "x=\"$(a \"$(b)\")\"", "x=${a:-\"b c\"}", "x=\"${a:-it's}\"",
    "x=${a//\\}/b}", "x=${#a} y=${!b}", "a=(1 2 \"3 4\") b+=(5)", "declare -A m=([k]=v)",
    "cat <<EOF\n$(a)\n(not a subshell\nEOF\necho b", "cat <<'EOF' | sort\n`not\nEOF",
    "cat <<-EOF\n\ta\n\tEOF", "cat <<A <<B\n1\nA\n2\nB\nc", "x=$(cat <<EOF\na)\nEOF\n)",
    "cat <<EOF", "diff <(a) <(b)", "a &> f; b &>> f; c 2>&1 >&2 <&-", "a > f < g >> h 2> i",
    "cmd <<< \"$x\"", "echo $'a\\'b' $\"c\"", "rm !(a|b) @(c) ?(d)", "! a | b", "time a",
    "a \\\n  b",
    "a &&\n  b ||\n\n  c", "a |\n  b", "echo ${{ a.b || 'c' }} '${{ d }}' \"${{ e }}\"",
    "${{ inputs.cmd }} x", "if ${{ a }}; then b; fi", "echo a#b # c", "echo \"a\nb\" 'c\nd'",
    "a; ;", "select x in a; do b; done", "coproc a", "echo $((1 + (2 * 3))) $(( $(a) ))",
    "echo $( (a) )", "echo {a,b}{1..3}", "x=y\r\nif a; then\r\n  b\r\nfi\r\n", "echo ]] }",
    "echo if then fi",
    "a=$((x))", "[ \"$a\" = b ] && { c; exit 1; }", "trap 'a; b' EXIT", "echo \"`a`\"",
    "while :; do case $a in -x) shift ;; --) break ;; esac; done",
  ]

  private static let refused: [(text: String, offset: Int)] = [
    ("if a; then b", 0), ("a; fi", 3), ("for x in a; do b", 0), ("echo 'a", 5), ("echo \"a", 5),
    ("x=$(a", 2), ("x=${a", 2), ("( a", 0), ("{ a", 0), ("case x in a) b", 0), ("a )", 2),
    ("a |", 2),
    ("a &&", 2), ("done", 0), ("while a; done", 9), ("if a; b; fi", 9), ("[[ a", 0), ("echo `a", 5),
  ]

  @Test(arguments: accepted)
  func `what bash accepts is accepted`(text: String) {
    #expect(ShellScript.parse(text).problem == nil)
  }

  @Test(arguments: refused)
  func `what bash refuses is refused where it begins`(text: String, offset: Int) {
    let problem = ShellScript.parse(text).problem

    #expect(problem != nil)
    #expect(problem?.offset == offset, "\(problem?.message ?? "")")
  }

  @Test func `commands are found wherever they stand`() {
    let script = ShellScript.parse(
      """
      a && b
      if c; then d; else e; fi
      x=$(f | g)
      for i in $(h); do k; done
      m() { n; }
      o <<EOF
      $(p)
      EOF
      bash -c 'q; r'
      sudo timeout 5m s
      """)

    let names = script.commands.compactMap(\.command.tool)

    #expect(
      names == [
        "a", "b", "c", "d", "e", "f", "g", "h", "k", "n", "o", "p", "bash", "q", "r", "s",
      ])
  }

  @Test func `what is handed to ssh is remote, whatever way`() {
    let script = ShellScript.parse(
      """
      ssh host 'a; b'
      ssh -p 22 host <<'EOF'
      docker ps
      EOF
      bash <<EOF
      c
      EOF
      """)

    let remote = script.commands.filter(\.scene.isRemote).compactMap(\.command.tool)
    let local = script.commands.filter { !$0.scene.isRemote }.compactMap(\.command.tool)

    #expect(remote == ["a", "b", "docker"])
    #expect(local == ["ssh", "ssh", "bash", "c"])
  }

  @Test func `pipefail is on from where it is set to where it is taken back`() {
    let script = ShellScript.parse("a\nset -euo pipefail\nb\nset +o pipefail\nc")

    #expect(!script.hasPipefail(at: 1, initially: false))
    #expect(script.hasPipefail(at: 22, initially: false))
    #expect(!script.hasPipefail(at: 43, initially: true))
  }

  @Test func `any text is answered`() {
    let pieces = [
      "if", "fi", "(", ")", "{", "}", "\"", "'", "`", "$(", "${", "${{", "}}", "|", "&", ";", "\n",
      "<<",
      "EOF", "\\", "#", "[[", "case", "in", "esac", "a",
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          _ = ShellScript.parse(first + second + " " + third)
          _ = ShellScript.parse(first + " " + second + third)
        }
      }
    }
    _ = ShellScript.parse(String(repeating: "$(", count: 5_000))
    _ = ShellScript.parse(String(repeating: "( ", count: 5_000))
  }
}
