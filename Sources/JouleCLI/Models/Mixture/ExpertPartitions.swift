import Joule

/// Where log Z of the experts of a mixture comes from.
struct ExpertPartitions {
  let rows: ModelRows?
  let key: RandomKey
  let workers: Workers

  /// - Throws: a failure that says what would be needed, where a model has no log Z or none that can be had.
  func partition(of file: LoadedModel) throws -> (value: KnownPartition, method: String) {
    if let known = FileExpert(kind: file.kind).knownLogPartition {
      return (KnownPartition(exactly: known), "normalized")
    }
    try require(
      file.type.canDraw, "\(file.path) is \(file.type.title), which is no density of rows to mix")
    guard let rows else {
      throw Failure(
        "\(file.path) is \(file.type.title), and a mixture needs its log Z: give rows to find it from with --data, or "
          + "the number with --log-partitions")
    }
    let display = ProgressDisplay("finding log Z of \(file.path)")
    defer { display.clear() }
    let report = try file.kind.likelihood(
      LikelihoodRequest(
        rows: rows, method: .automatic, key: key.folded("log Z"), workers: workers,
        display: display))
    guard let found = report.logPartition else {
      throw Failure(
        "\(file.path) is \(file.type.title), which has no log Z: it is no density of rows")
    }
    try require(
      report.isLowerBound != true,
      "\(file.path) is \(file.type.title), whose densities of rows are bounds: a mixture needs the densities"
    )
    return (
      KnownPartition(
        lower: min(found.lower, found.estimate), estimate: found.estimate,
        upper: max(found.upper, found.estimate)), found.method
    )
  }
}
