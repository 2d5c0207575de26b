public import Vocabulary

/// Answers what a monitoring system measured. Adapters perform, they never decide.
public protocol Metrics: Sendable {
  /// The one number the query yields now. Absent when the server proves that it has no data for it; more
  /// than one series is unknown.
  func value(of query: MetricQuery) async -> Reading<Double>
}
