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

    /// Whether it is sent in binary form.
    var isBinary: Bool {
      switch self {
      case .text, .null: false
      case .number, .hash, .numbers, .texts, .hashes: true
      }
    }

    /// What is sent with a statement; nil for NULL. Texts end with a zero, as libpq wants them there.
    var bytes: [UInt8]? {
      if case .text(let text) = self { Array(text.utf8) + [0] } else { binary }
    }

    /// Its binary form, in which everything is sent to a function that is called directly; nil for NULL.
    var binary: [UInt8]? {
      switch self {
      case .null: nil
      case .text(let text): Array(text.utf8)
      case .number(let number): Swift.withUnsafeBytes(of: number.bigEndian) { Array($0) }
      case .hash(let hash): hash.bytes
      case .numbers(let numbers):
        Self.list(of: 20, count: numbers.count, elementBytes: numbers.count * 8) { bytes in
          for number in numbers {
            bytes.append(UInt32(8))
            bytes.append(UInt64(bitPattern: number))
          }
        }
      case .texts(let texts):
        Self.list(
          of: 25, count: texts.count, elementBytes: texts.reduce(0) { $0 + $1.count }
        ) { bytes in
          for text in texts {
            bytes.append(UInt32(text.count))
            bytes += text
          }
        }
      case .hashes(let hashes):
        Self.list(
          of: 17, count: hashes.count, elementBytes: hashes.count * ChainHash.byteCount
        ) { bytes in
          for hash in hashes {
            bytes.append(UInt32(ChainHash.byteCount))
            hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
          }
        }
      }
    }

    /// A list with one dimension and without NULLs, counted from 1.
    /// - Parameter type: the number of the elements' type in `pg_type`, which is the same everywhere.
    private static func list(
      of type: UInt32, count: Int, elementBytes: Int, _ append: (inout [UInt8]) -> Void
    ) -> [UInt8] {
      precondition(count > 0, "an empty list has no dimension")
      var bytes: [UInt8] = []
      bytes.reserveCapacity(20 + count * 4 + elementBytes)
      for number in [1, 0, type, UInt32(count), 1] { bytes.append(number) }
      append(&bytes)
      return bytes
    }
  }

  extension [UInt8] {
    /// Adds a number in the order of the network.
    fileprivate mutating func append(_ number: some FixedWidthInteger) {
      Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
  }
#endif
