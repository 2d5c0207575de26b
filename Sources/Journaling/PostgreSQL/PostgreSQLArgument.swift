#if PostgreSQL
  /// An argument of a statement, as libpq sends it.
  ///
  /// Lists go in PostgreSQL's binary form (`array_send` of its sources): nothing in them has to be quoted,
  /// and the server parses nothing. Its statement names the type, `$3::bigint[]`.
  enum PostgreSQLArgument {
    case text(String)
    case null
    /// `bigint`.
    case number(Int64)
    /// `bytea`.
    case hash(ChainHash)
    /// `bigint[]`, of at least one.
    case numbers([Int64])
    /// `text[]`, of at least one, each in UTF-8.
    case texts([[UInt8]])
    /// `bytea[]`, of at least one.
    case hashes([ChainHash])

    /// Whether it is sent in binary form with a statement; a function that is called directly gets all so.
    var isBinary: Bool {
      switch self {
      case .text, .null: false
      case .number, .hash, .numbers, .texts, .hashes: true
      }
    }

    /// How many bytes ``write(to:)`` adds at most.
    var capacity: Int {
      switch self {
      case .null: 0
      case .text(let text): text.utf8.count + 1
      case .number: 8
      case .hash: ChainHash.byteCount
      case .numbers(let numbers): Self.listBytes + numbers.count * (4 + 8)
      case .texts(let texts): texts.reduce(Self.listBytes) { $0 + 4 + $1.count }
      case .hashes(let hashes): Self.listBytes + hashes.count * (4 + ChainHash.byteCount)
      }
    }

    /// Adds its binary form, and a zero behind a text, which ends it where it is sent as one.
    /// - Returns: How many bytes it has without that zero; nil for NULL, for which nothing is added.
    func write(to bytes: inout [UInt8]) -> Int? {
      let start = bytes.count
      switch self {
      case .null: return nil
      case .text(let text):
        bytes += text.utf8
        bytes.append(0)
        return bytes.count - 1 - start
      case .number(let number): bytes.append(bigEndian: number)
      case .hash(let hash): hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
      case .numbers(let numbers):
        Self.begin(20, count: numbers.count, in: &bytes)
        for number in numbers {
          bytes.append(bigEndian: UInt32(8))
          bytes.append(bigEndian: number)
        }
      case .texts(let texts):
        Self.begin(25, count: texts.count, in: &bytes)
        for text in texts {
          bytes.append(bigEndian: UInt32(text.count))
          bytes += text
        }
      case .hashes(let hashes):
        Self.begin(17, count: hashes.count, in: &bytes)
        for hash in hashes {
          bytes.append(bigEndian: UInt32(ChainHash.byteCount))
          hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
      }
      return bytes.count - start
    }

    /// What stands before the elements.
    private static let listBytes = 20

    /// Begins a list with one dimension and without NULLs, counted from 1.
    /// - Parameter type: the number of the elements' type in `pg_type`, which is the same everywhere.
    private static func begin(_ type: UInt32, count: Int, in bytes: inout [UInt8]) {
      precondition(count > 0, "an empty list has no dimension")
      for number in [1, 0, type, UInt32(count), 1] { bytes.append(bigEndian: number) }
    }
  }

  extension [UInt8] {
    /// Adds a number in the order of the network.
    fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
      Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
  }
#endif
