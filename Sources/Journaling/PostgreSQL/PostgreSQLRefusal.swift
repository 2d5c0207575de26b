#if PostgreSQL
  import Control

  /// What an error of the database means, in our words: its own can carry stored content.
  struct PostgreSQLRefusal {
    let path: String
    let address: PostgreSQLPlace

    /// - Returns: whether asking again may help, and what to say.
    func reason(_ error: any Error) -> (mayPass: Bool, JournalFailure) {
      switch error {
      case let failure as JournalFailure: (false, failure)
      case PostgreSQLConnection.Failure.lost(let message): lost(message.lowercased())
      case PostgreSQLConnection.Failure.refused(let state): refused(state)
      default: (false, failed("\(type(of: error))"))
      }
    }

    private func lost(_ text: String) -> (mayPass: Bool, JournalFailure) {
      func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
      if says(
        "password authentication failed", "no password supplied", "authentication failed",
        "no pg_hba.conf entry")
      {
        return (
          false,
          failed(
            "the server does not let this user in: check the user, and the "
              + "password in PGPASSWORD or PGPASSFILE, or pg_hba.conf on the server")
        )
      }
      // Before what is said about TLS: libpq names it also where a connection over it merely ended.
      if let ended = ended(text) { return (true, .unreachable(path: path, detail: ended)) }
      if says("certificate", "ssl", "tls") {
        return (
          false,
          failed(
            "TLS to the server cannot be verified: name its authority with "
              + "sslrootcert= in the address, and the host as in its certificate; "
              + "sslmode=require turns the check off")
        )
      }
      if says("database \"", "role \"") {
        return (
          false,
          failed(
            "the database or the user does not exist; if they did before, restore the database "
              + "(docs/guide/choosing-a-journal.md#when-a-journal-is-lost), because an empty one knows no "
              + "pin and no hold; else create them, and give the user the right CREATE on the database"
          )
        )
      }
      return (
        true, .unreachable(path: path, detail: "the server does not answer; try: psql '\(path)'")
      )
    }

    /// What became of a server that was there; nil when the message tells of something else.
    private func ended(_ text: String) -> String? {
      func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
      if says("too many clients", "too many connections", "remaining connection slots") {
        return "the server has no connection left: see who holds them in pg_stat_activity, raise "
          + "max_connections, or put a pool before it"
      }
      // The last three are libpq's, for the socket and for TLS over it.
      if says(
        "terminating connection", "shutting down", "starting up", "closed the connection",
        "closed unexpectedly", "ssl syscall error")
      {
        return "the server ended the connection, or nobody is behind it any more"
      }
      return nil
    }

    private func refused(_ state: String) -> (mayPass: Bool, JournalFailure) {
      switch state {
      case "53100", "54000": (false, .full(path: path))
      case "25006": (false, .readOnly(path: path))
      case "42501":
        (
          false,
          failed(
            "this user may not use pawl's tables; as their owner: GRANT USAGE ON SCHEMA "
              + "pawl, and SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA pawl; to make them it needs "
              + "CREATE on the database")
        )
      case "42P01", "3F000", "42703", "42883":
        (false, failed("the tables of the journal are gone, or are not pawl's"))
      // Somebody else made the same at the same moment; a transaction that has to be begun again;
      // a server that is going down or coming up.
      case "42P06", "42P07", "23505": (true, .busy(path: path))
      case _ where ["40", "08", "55", "57", "53"].contains(state.prefix(2)):
        (true, .unreachable(path: path, detail: "the server answered SQLSTATE \(state)"))
      default: (false, failed("the server answered SQLSTATE \(state)"))
      }
    }

    private func failed(_ detail: String) -> JournalFailure { .failed(path: path, detail: detail) }
  }
#endif
