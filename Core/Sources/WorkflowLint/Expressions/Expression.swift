/// What stands between `${{` and `}}`, or in an `if`.
indirect enum Expression: Hashable, Sendable {
  case string(String)
  /// Numbers, `true`, `false`, `null`, as written.
  case literal(String)
  /// `github.event.inputs.sha` is a property of a property of a property of a name.
  case name(String)
  case property(Expression, String)
  /// `matrix['os']`, `labels.*`
  case index(Expression, Expression)
  case star(Expression)
  case call(String, [Expression])
  case not(Expression)
  case binary(Operator, Expression, Expression)

  enum Operator: String, Sendable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }
}

extension Expression {
  /// This expression and all inside it, from the outside in.
  var all: [Expression] {
    switch self {
    case .string, .literal, .name: [self]
    case .property(let base, _), .star(let base), .not(let base): [self] + base.all
    case .index(let base, let index): [self] + base.all + index.all
    case .call(_, let arguments): [self] + arguments.flatMap(\.all)
    case .binary(_, let left, let right): [self] + left.all + right.all
    }
  }

  /// `github.event.inputs.sha`, in lower case, as names are compared; nil when it is no plain path.
  var path: String? {
    switch self {
    case .name(let name): name.lowercased()
    case .property(let base, let name): base.path.map { "\($0).\(name.lowercased())" }
    case .index(let base, .string(let name)): base.path.map { "\($0).\(name.lowercased())" }
    case .string, .literal, .index, .star, .call, .not, .binary: nil
    }
  }

  /// Every path of contexts that it reads, longest first: `secrets.token`, not `secrets`.
  var paths: [String] {
    if let path { return [path] }
    switch self {
    case .string, .literal, .name: return []
    case .property(let base, _), .star(let base), .not(let base): return base.paths
    case .index(let base, let index): return base.paths + index.paths
    case .call(_, let arguments): return arguments.flatMap(\.paths)
    case .binary(_, let left, let right): return left.paths + right.paths
    }
  }

  /// The functions it calls, in lower case.
  var calls: [String] {
    all.compactMap { if case .call(let name, _) = $0 { name.lowercased() } else { nil } }
  }

  /// `a || b || c` as `[a, b, c]`.
  var alternatives: [Expression] {
    if case .binary(.or, let left, let right) = self {
      left.alternatives + right.alternatives
    } else {
      [self]
    }
  }
}
