extension HTTPAnswer {
  /// How long it asks to wait before asking again (`Retry-After`); nil when it does not ask.
  public var pauseAsked: Duration? { retryAfter(self) }

  /// The moment its sender's clock showed, in seconds since 1970; nil without a readable `Date`.
  public var secondsOfDate: Int64? {
    values(of: "date").first.flatMap(secondsSince1970(httpDate:))
  }
}
